"""Random programs and cases of every kind there is, built from the kinds' own JSON Schemas.

Everything that has a name is called a, b or c, so that rules and cases meet often. A new kind of
condition or effect takes part without a line written here.
"""

from collections.abc import Callable
from math import ceil, floor
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.kinds import Condition, Kind
from regulars.engine.program import Program, compile_rules
from regulars.engine.rules import CONDITIONS, EFFECTS, AnyCondition, AnyEffect, Rules
from regulars.engine.scope import SLUG

seldom = st.integers(1, 10).map(lambda number: number == 7)
names = st.sampled_from("abc")
categories = st.sampled_from(["a", "a/b", "a/b/c", "b", ""])
numbers = st.integers(1, 20) | st.integers(1, 20_000)
dates = st.sampled_from(["2026-03-02", "2026-03-01", "2026-03-03"])
days = st.tuples(seldom, dates).map(lambda pair: pair[1] if pair[0] else None)
triggers = seldom.map(lambda other: "a" if other else "purchase")
scalars: st.SearchStrategy[Any] = names | st.integers(0, 3) | st.booleans()

NAMED: dict[str, Any] = {
    name: {
        "assets": {"worth_minor": 1, "name": {"pl": "punkt|punkty|punktów"}},
        "collections": {"products": [name], "exclude": {"brands": ["b"]}},
        "vouchers": {},
    }
    for name in "abc"
}


def schema_values(schema: dict[str, Any], defs: dict[str, Any], depth: int) -> Any:
    """Values that a JSON Schema describes, with small numbers and our three names."""
    if "$ref" in schema:
        return schema_values(defs[schema["$ref"].rpartition("/")[2]], defs, depth)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "discriminator" in schema:
        return conditions(depth - 1)
    if "anyOf" in schema:
        options = schema["anyOf"]
        plain = [o for o in options if o.get("type") == "number"] or options
        return st.one_of(*(schema_values(option, defs, depth) for option in plain))
    if schema.get("format") == "date":
        return dates
    kind = schema.get("type")
    if kind == "array":
        items = schema_values(schema["items"], defs, depth)
        return st.lists(items, min_size=schema.get("minItems", 0), max_size=3)
    if kind == "object":
        return objects(schema, defs, depth)
    if kind == "string" and "pattern" in schema and schema["pattern"] != SLUG:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if kind in ("integer", "number"):
        least = max(1, ceil(schema.get("minimum", 1)), floor(schema.get("exclusiveMinimum", 0)) + 1)
        most = floor(schema.get("maximum", 20_000))
        return st.integers(least, max(least, min(most, 20))) | st.integers(least, max(least, most))
    return {"string": names, "boolean": st.booleans(), "null": st.none()}[kind]


def objects(schema: dict[str, Any], defs: dict[str, Any], depth: int) -> Any:
    if "properties" not in schema:
        values = schema_values(schema["additionalProperties"], defs, depth)
        return st.dictionaries(names, values, min_size=schema.get("minProperties", 0), max_size=3)
    if schema.get("maxProperties") == 1:
        return st.one_of(
            *(one_property(schema, name, defs, depth) for name in schema["properties"])
        )
    required = schema.get("required", [])
    fields = {
        name: schema_values(field, defs, depth) for name, field in schema["properties"].items()
    }
    return st.fixed_dictionaries(
        {name: field for name, field in fields.items() if name in required or name == "kind"},
        optional={n: f for n, f in fields.items() if n not in required and n != "kind"},
    )


def one_property(schema: dict[str, Any], name: str, defs: dict[str, Any], depth: int) -> Any:
    """Where a kind asks for one field of several."""
    options = schema["properties"][name].get("anyOf", [schema["properties"][name]])
    plain = [option for option in options if option.get("type") in ("number", "integer")]
    return st.fixed_dictionaries({name: schema_values(plain[0], defs, depth)})


def of_kind(kind: type[Kind], depth: int = 2) -> Any:
    """Valid parameters of a kind, as a document has them."""
    schema = kind.model_json_schema()
    defs = schema.get("$defs", {})
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    union = TypeAdapter(AnyCondition if issubclass(kind, Condition) else AnyEffect)

    def valid(part: Any) -> bool:
        try:
            union.validate_python(part)
        except ValidationError:
            return False
        return True

    return first_that(valid, st.deferred(lambda: objects(schema, defs, depth)))


@st.composite
def first_that(draw: Any, valid: Callable[[Any], bool], parts: Any) -> Any:
    """A filter tries three times: too few for a kind of which a third is valid, as a whole program
    with one such part would be thrown away."""
    for _ in range(20):
        part = draw(parts)
        if valid(part):
            return part
    return reject()


def conditions(depth: int = 2) -> Any:
    nested = {"all", "any", "not"} if depth <= 0 else set()
    kinds = [of_kind(kind, depth) for name, kind in CONDITIONS.items() if name not in nested]
    return st.one_of(*kinds)


EVERY_CONDITION = conditions()
EVERY_EFFECT = st.one_of(*(of_kind(kind) for kind in EFFECTS.values()))

LIMITS = ("total", "per_member", "per_day", "per_member_per_day", "budget_minor", "budget_points")
LIMITS += ("per_member_per_month", "per_member_per_year")


@st.composite
def programs(draw: Any, **campaign: Any) -> Program:
    """Programs of three to six campaigns in two lanes; ``campaign`` fixes fields of each."""
    fields = {
        "when": st.lists(EVERY_CONDITION, min_size=1, max_size=2) | st.just([]),
        "then": st.lists(EVERY_EFFECT, min_size=1, max_size=2),
        "lane": names.filter(lambda name: name != "c"),
        "priority": st.integers(0, 2),
        "exclusive": seldom,
        "members_only": seldom,
        "paused": seldom,
        "trigger": triggers,
        "max_minor": st.none() | numbers,
        "starts": days,
        "ends": days,
        "limits": st.just({}) | st.dictionaries(st.sampled_from(LIMITS), numbers, max_size=2),
        **{name: st.just(value) for name, value in campaign.items()},
    }
    listed = draw(st.lists(st.fixed_dictionaries(fields), min_size=3, max_size=6))
    lane = st.sampled_from(["all", "first", "best"])
    document = {
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "lanes": [{"id": name, "combine": draw(lane)} for name in "ab"],
        "campaigns": [{"id": f"c{n}", **one} for n, one in enumerate(listed)],
        **{part: {name: NAMED[name][part] for name in "abc"} for part in NAMED["a"]},
    }
    document["assets"]["points"] = {"worth_minor": 1}
    return compile_rules(Rules.model_validate(document))


@st.composite
def lines(draw: Any, floors: bool = True) -> Line:
    amount = draw(st.integers(0, 300) | st.integers(100, 100_000))
    floor = draw(st.integers(0, amount)) if floors and draw(st.booleans()) else 0
    quantity = draw(st.integers(1, 6) | st.just(5000))
    labels, role = draw(seldom.map(lambda yes: ("a",) * yes)), draw(seldom)
    return Line(
        draw(names), quantity, amount, draw(categories), draw(names | st.just("")), floor,
        labels, "a" if role else "", draw(st.sampled_from([0, 800, 2300])),
    )  # fmt: skip


@st.composite
def members(draw: Any, program: Program) -> Member:
    attributes = st.dictionaries(names, scalars | st.lists(scalars, max_size=2), max_size=2)
    past = st.tuples(st.integers(0, 20), numbers)
    purchases = draw(st.integers(0, 2))
    return Member(
        "anna",
        attributes=draw(attributes),
        tier=draw(names | st.just("")),
        segments=tuple(draw(st.sets(names))),
        purchases=purchases,
        spend_minor=draw(numbers),
        last_day=draw(st.sampled_from([0, 20_513, 20_400])) if purchases else 0,
        windows={window: draw(past) for window in sorted(program.windows)},
    )


@st.composite
def cases(draw: Any, program: Program) -> Facts:
    """Cases a program may be asked to judge."""
    left = {key: draw(st.integers(0, 3) | numbers) for c in program.campaigns for key, _ in c.left}
    coupon = st.builds(Coupon, names | st.sampled_from("AB"), st.just("") | names)
    return Facts(
        at=1_772_449_200,
        day=20_514,
        minute=draw(st.integers(0, 1439)),
        weekday=draw(st.integers(1, 7)),
        trigger=draw(triggers),
        shop=draw(names),
        lines=() if draw(seldom) else tuple(draw(st.lists(lines(), min_size=2, max_size=6))),
        member=None if draw(seldom) else draw(members(program)),
        coupons=tuple(draw(st.lists(coupon, min_size=1, max_size=3))),
        left=left,
        detail=draw(st.dictionaries(names, scalars, max_size=2)),
    )


@st.composite
def judged(draw: Any, **campaign: Any) -> tuple[Program, Facts]:
    """A program and a case for it."""
    program = draw(programs(**campaign))
    return program, draw(cases(program))
