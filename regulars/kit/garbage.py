"""The garbage collector, set for a process that makes many short-lived records.

Nearly all of ours are freed by counting references. Looking for cycles after every 700 new ones, as
is the default, costs a quarter of the time of a purchase and finds nothing.
"""

import gc

_NEW_RECORDS = 50_000


def look_seldom() -> None:
    """Call it when everything is imported: what is there by then is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_RECORDS, 20, 50)
