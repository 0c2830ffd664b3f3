"""The catalogue of tables: what is kept about a member, and what becomes of it.

`catalogue.toml` is the list; the copy a member gets and the erasure are made from it, so that
neither can forget a table the other one knows.
"""

import tomllib
from functools import cache
from importlib.resources import files

from msgspec import Struct, convert

_FILE = "catalogue.toml"
_OWN = "program_id = $1::uuid and member_id in {members}"
_PLACES = {
    "{cards}": "(select value from identifier where program_id = $1::uuid and kind = 'card'"
    " and member_id in {members})",
    "{contacts}": "(select value from identifier where program_id = $1::uuid"
    " and kind in ('email', 'phone') and member_id in {members})",
    "{members}": "(select id from member where program_id = $1::uuid"
    " and (id = $2::uuid or merged_into = $2::uuid))",
}
_NEVER = ("program_id",)


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One table: how the rows of a member are found, and the rules for them."""

    erase: str
    merge: str
    what: dict[str, str]
    of: str = _OWN
    only: str = "true"
    hidden: list[str] = []
    copied: bool = True

    @property
    def rows(self) -> str:
        """The condition that finds a member's rows: $1 the program, $2 the member."""
        return _placed(self.of)

    @property
    def erased(self) -> str:
        """The condition that finds those of them that erasing is about."""
        return f"{self.rows} and ({_placed(self.only)})"

    @property
    def fate(self) -> str:
        """In one word, what erasing does: ``delete``, ``keep``, ``set``, or ``owner``."""
        return self.erase.partition(" ")[0]


@cache
def tables() -> dict[str, Table]:
    """Every table that keeps something about a member, by name, in the order of erasing."""
    text = files(__package__ or "").joinpath(_FILE).read_text("utf-8")
    return convert(tomllib.loads(text), dict[str, Table])


@cache
def copying() -> str:
    """One statement that gives (table, its rows as JSON) for every table."""
    return "\nunion all\n".join(
        f"select '{name}', coalesce(json_agg(to_jsonb(t) - array[{_quoted(table)}]), '[]')::text"
        f' from "{name}" t where {table.rows}'
        for name, table in tables().items()
        if table.copied
    )


@cache
def erasing() -> dict[str, str]:
    """The statements that erase a member, by table, in their order: $1 the program, $2 the member
    and $3, where a statement has it, the instant."""
    return {
        name: f'delete from "{name}" where {table.erased}'
        if table.fate == "delete"
        else f'update "{name}" {table.erase} where {table.erased}'
        for name, table in tables().items()
        if table.fate in ("delete", "set")
    }


def _placed(condition: str) -> str:
    for place, meaning in _PLACES.items():
        condition = condition.replace(place, meaning)
    return condition


def _quoted(table: Table) -> str:
    return ", ".join(f"'{column}'" for column in (*_NEVER, *table.hidden))
