"""Words of no business: money, time, ids, kinds, problems, statements and steps."""
