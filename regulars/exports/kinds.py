"""What can be taken out: for each noun its rows and its columns, and who may have which.

Every expression is one of ours; what people choose is which of them are read. A column somebody may
not have is not asked for in the first place. Rows are held apart by row-level security besides.
"""

from typing import Literal, NamedTuple

Noun = Literal["members", "products", "purchases", "lines", "cards", "rewards", "redemptions"]
Form = Literal["text", "integer", "time", "yes_no"]


class Column(NamedTuple):
    """One column: an SQL expression over the rows of its noun."""

    name: str
    sql: str
    form: Form = "text"
    wants: str = ""
    """The permission it takes; empty: that of the page."""


class Kind(NamedTuple):
    """``rows`` is what follows the columns in the statement: $1 the program, $2 codes of shops or
    null for all, $3 and $4 the period or null; $4 is now of what has no period."""

    permission: str
    page: str
    """The page of the console it belongs to."""
    columns: tuple[Column, ...]
    rows: str
    period: bool = False
    balances: bool = False
    """A column for each asset of the program, what can be used of it."""


def _identifier(kind: str) -> Column:
    sql = f"""(select min(i.value) from identifier i
        where i.program_id = m.program_id and i.member_id = m.id and i.kind = '{kind}'
          and i.status = 'active')"""
    return Column(kind, sql, wants="members-export")


_EVERYWHERE = "and ($2::text[] is null or true) and ($3::timestamptz is null or true)"
_EVERYWHERE += " and ($4::timestamptz is null or true)"
_PERIOD = """and ($3::timestamptz is null or {at} >= $3::timestamptz)
   and ($4::timestamptz is null or {at} < $4::timestamptz)"""

_LINES = f"""
  from activity a
  left join activity p on a.kind = 'return' and p.program_id = a.program_id and p.id = a.refers_to
 cross join lateral (
       select n as line, told -> 'fact' as fact, (told -> 'fact' ->> 1)::bigint as quantity,
              (told -> 'fact' ->> 2)::bigint as list, (told ->> 'paid')::bigint as paid
         from (select n, jsonb_build_object('fact', fact, 'paid', paid) as told
                 from rows from (
                      jsonb_array_elements(case when a.kind = 'purchase'
                                                then nullif(a.facts, '')::jsonb -> 6 end),
                      jsonb_array_elements(case when a.kind = 'purchase'
                                                then nullif(a.decision, '')::jsonb -> 0 end)
                      ) with ordinality as w (fact, paid, n)) as w
       union all
       select (back ->> 'line')::bigint,
              nullif(p.facts, '')::jsonb -> 6 -> ((back ->> 'line')::integer - 1),
              -(back ->> 'quantity')::bigint, null, -(back ->> 'refund_minor')::bigint
         from jsonb_array_elements(case when a.kind = 'return'
                                        then nullif(a.answer, '')::jsonb -> 'lines' end) as back
       ) as l
  left join product g on g.program_id = a.program_id and g.sku = l.fact ->> 0
 where a.program_id = $1::uuid and a.kind in ('purchase', 'return')
   and ($2::text[] is null or a.shop = any ($2::text[]))
   {_PERIOD.format(at="a.occurred_at")}
 order by a.id, l.line
"""
"""Facts and decision are lists (`engine/facts.py`, `engine/storage.py`): 6 are the lines, 0 what
was paid for each. A return refers to the lines of its purchase."""

_REWARDS = """
  from (select document -> 'rewards' as rewards from revision
         where program_id = $1::uuid and effective_at <= $4::timestamptz
         order by number desc limit 1) as v
 cross join jsonb_each(v.rewards) as w (reward, told)
  left join lateral jsonb_array_elements_text(w.told -> 'places') with ordinality
         as h (place, at) on true
  left join counter i on i.program_id = $1::uuid and i.campaign = 'reward:' || w.reward
        and i.scope = 'in:' || h.place and i.day = 0
        and i.member_id = '00000000-0000-0000-0000-000000000000'
  left join counter o on o.program_id = $1::uuid and o.campaign = 'reward:' || w.reward
        and o.scope = 'at:' || h.place and o.day = 0
        and o.member_id = '00000000-0000-0000-0000-000000000000'
 where ($2::text[] is null or h.place is null or h.place = any ($2::text[]))
   and ($3::timestamptz is null or true)
 order by w.reward, h.at
"""


def _text(field: str, tongue: str) -> Column:
    return Column(f"{field}_{tongue}", f"w.told -> '{field}' ->> '{tongue}'")


_RECEIPT = (
    Column("kind", "a.kind"),
    Column("occurred_at", "a.occurred_at", "time"),
    Column("shop", "a.shop"),
    Column("till", "a.till"),
    Column("receipt_number", "a.receipt"),
    Column("member", "a.member_id::text", wants="members-see"),
)
"""What purchases and their lines say alike of where they come from."""

KINDS: dict[Noun, Kind] = {
    "members": Kind(
        "members-see", "members",
        (
            Column("id", "m.id::text"),
            _identifier("card"),
            _identifier("phone"),
            _identifier("email"),
            Column("attributes", "m.attributes::text", wants="members-export"),
            Column("status", "m.status"),
            Column("joined_at", "m.joined_at", "time"),
            Column("registered", "m.registered_at is not null", "yes_no"),
            Column("tier", "m.tier"),
            Column("segments", "array_to_string(m.segments, ' ')"),
            Column("purchases", "m.purchases::bigint", "integer"),
            Column("spend_minor", "m.spend_minor", "integer"),
            Column("last_purchase_at", "m.last_purchase_at", "time"),
        ),
        f"from member m where m.program_id = $1::uuid {_PERIOD.format(at='m.joined_at')}"
        " and ($2::text[] is null or true) order by m.id",
        period=True, balances=True,
    ),
    "products": Kind(
        "products-see", "products",
        (
            *(Column(name, f"p.{name}") for name in ("sku", "ean", "name", "category", "brand",
                                                     "producer")),
            Column("labels", "array_to_string(p.labels, ' ')"),
            Column("role", "p.role"),
            Column("tax_bp", "p.tax_bp::bigint", "integer"),
            Column("price_minor", """(select h.price_minor from product_price h
                where h.program_id = p.program_id and h.sku = p.sku and h.shop = ''
                order by h.from_at desc limit 1)""", "integer"),
            Column("minimum_price_minor", "p.minimum_price_minor", "integer"),
            Column("cost_minor", "p.cost_minor", "integer", "figures"),
        ),
        f"from product p where p.program_id = $1::uuid {_EVERYWHERE} order by p.sku",
    ),
    "purchases": Kind(
        "purchases-see", "purchases",
        (
            Column("id", "a.id::text"),
            *_RECEIPT,
            Column("refers_to", "a.refers_to::text"),
            Column("revision", "a.revision::bigint", "integer"),
            Column("list_minor", "a.list_minor", "integer"),
            Column("paid_minor", "a.paid_minor", "integer"),
            Column("recorded_at", "a.recorded_at", "time"),
        ),
        f"""from activity a where a.program_id = $1::uuid and a.kind in ('purchase', 'return')
            and ($2::text[] is null or a.shop = any ($2::text[]))
            {_PERIOD.format(at='a.occurred_at')} order by a.id""",
        period=True,
    ),
    "lines": Kind(
        "purchases-see", "purchases",
        (
            Column("purchase", "coalesce(a.refers_to, a.id)::text"),
            *_RECEIPT,
            Column("line", "l.line", "integer"),
            Column("sku", "l.fact ->> 0"),
            Column("name", "g.name"),
            Column("category", "l.fact ->> 3"),
            Column("brand", "l.fact ->> 4"),
            Column("quantity", "l.quantity", "integer"),
            Column("amount_minor", "l.list", "integer"),
            Column("discount_minor", "l.list - l.paid", "integer"),
            Column("paid_minor", "l.paid", "integer"),
            Column("role", "l.fact ->> 7"),
            Column("tax_bp", "(l.fact ->> 8)::bigint", "integer"),
        ),
        _LINES, period=True,
    ),
    "cards": Kind(
        "cards-make", "cards",
        (
            Column("card", "c.number"),
            Column("batch", "b.name"),
            Column("position", "c.position::bigint", "integer"),
            Column("state", """coalesce(c.ended, case when i.status = 'active' then 'issued'
                else i.status end,
                case when b.activated_at is null then 'made' else 'active' end)"""),
            Column("member", "i.member_id::text", wants="members-see"),
            Column("since_at", "i.since_at", "time"),
            Column("made_at", "b.made_at", "time"),
        ),
        f"""from card c
            join card_batch b on b.program_id = c.program_id and b.id = c.batch_id
            left join identifier i on i.program_id = c.program_id and i.kind = 'card'
                                  and i.value = c.number
           where c.program_id = $1::uuid {_EVERYWHERE}
           order by b.made_at, c.batch_id, c.position""",
    ),
    "rewards": Kind(
        "rewards-see", "rewards",
        (
            Column("reward", "w.reward"),
            *(_text(field, tongue) for field in ("name", "text") for tongue in ("pl", "bg", "en")),
            Column("cost", """(select c.value::bigint from jsonb_each_text(w.told -> 'cost') as c
                order by c.key limit 1)""", "integer"),
            Column("asset", "(select min(c) from jsonb_object_keys(w.told -> 'cost') as c)"),
            Column("costs", "(w.told -> 'cost')::text"),
            Column("besides_minor", "coalesce((w.told ->> 'price_minor')::bigint, 0)", "integer"),
            Column("per_member", "(w.told ->> 'per_member')::bigint", "integer"),
            Column("place", "h.place"),
            Column("brought_in", "case when h.place <> '' then coalesce(i.used, 0) end", "integer"),
            Column("taken", "case when h.place <> '' then coalesce(o.used, 0) end", "integer"),
            Column("left", "case when h.place <> '' then coalesce(i.used, 0) - coalesce(o.used, 0)"
                   " end", "integer"),
        ),
        _REWARDS,
    ),
    "redemptions": Kind(
        "rewards-see", "redemptions",
        (
            Column("id", "a.id::text"),
            Column("reward", "a.facts::jsonb ->> 'reward'"),
            Column("occurred_at", "a.occurred_at", "time"),
            Column("shop", "a.shop"),
            Column("member", "a.member_id::text", wants="members-see"),
            Column("cost", "(a.facts::jsonb -> 'cost')::text"),
            Column("ended", """(select e.kind from activity e
                where e.program_id = a.program_id and e.refers_to = a.id
                  and e.kind in ('settle', 'void', 'reward_sent', 'reward_return')
                order by e.id desc limit 1)"""),
        ),
        f"""from activity a where a.program_id = $1::uuid and a.kind = 'redeem'
            and ($2::text[] is null or a.shop = any ($2::text[]))
            {_PERIOD.format(at='a.occurred_at')} order by a.id""",
        period=True,
    ),
}  # fmt: skip


def columns_of(noun: Noun, permissions: frozenset[str], assets: tuple[str, ...]) -> list[Column]:
    """What somebody with these permissions may have of a noun."""
    kind = KINDS[noun]
    found = [one for one in kind.columns if not one.wants or one.wants in permissions]
    return found + [_balance(asset) for asset in assets if kind.balances]


def statement(noun: Noun, columns: list[Column]) -> str:
    """The statement that reads these columns of a noun."""
    return f"select {', '.join(column.sql for column in columns)} {KINDS[noun].rows}"


def _balance(asset: str) -> Column:
    """What can be used of an asset. Names of assets are slugs: letters, digits, - and _."""
    assert asset.replace("-", "").replace("_", "").isalnum(), asset
    sql = f"""coalesce((select c.available from account c
        where c.program_id = m.program_id and c.holder_id = m.id and c.asset = '{asset}'), 0)"""
    return Column(f"available_{asset}", sql, "integer")
