"""Values that come from outside (attributes of members, fields of activities) and tests of them."""

from typing import Annotated, Any, NamedTuple

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from regulars.engine.part import broken

Text = Annotated[str, Field(max_length=200)]
Scalar = StrictBool | StrictInt | StrictFloat | Text
Bound = StrictInt | StrictFloat | Text
"""A number, or a text; a date is compared as its ISO text."""


class Test(NamedTuple):
    """What is asked of a value. Total: a value of another type simply does not fit."""

    one_of: tuple[Scalar, ...] = ()
    at_least: Bound | None = None
    at_most: Bound | None = None
    exists: bool | None = None

    def require_one(self) -> None:
        """Refuse a test that asks nothing."""
        if self == Test():
            raise broken(
                "some_of",
                "say what is asked of it: one_of, at_least, at_most ...",
                names="one_of at_least at_most",
            )

    def fits(self, value: Any) -> bool:
        """True when the value, or any one of a list of values, passes every part."""
        if self.exists is not None and (value is not None) != self.exists:
            return False
        if self.one_of == () and self.at_least is None and self.at_most is None:
            return True
        return any(map(self._fits, value if isinstance(value, list | tuple) else (value,)))

    def _fits(self, value: Any) -> bool:
        return (
            (not self.one_of or any(_same(value, wanted) for wanted in self.one_of))
            and (self.at_least is None or _ordered(self.at_least, value))
            and (self.at_most is None or _ordered(value, self.at_most))
        )


def _same(value: Any, wanted: Scalar) -> bool:
    """Equal, and true is not 1."""
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _ordered(low: Any, high: Any) -> bool:
    """low <= high among numbers or among texts; anything else is not ordered."""
    both_texts = isinstance(low, str) and isinstance(high, str)
    return (both_texts or (_number(low) and _number(high))) and bool(low <= high)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
