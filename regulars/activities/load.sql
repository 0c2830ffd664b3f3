-- What a batch needs, loaded and locked by one statement that is put together from these parts (see
-- `wants.py`); a batch that wants no vouchers does not ask for any. Rows are locked in one order
-- everywhere: members by id, holds by id, quotes by id, vouchers by code, lots by name, counters by
-- key, gift cards by id.
--
-- Parameters are written by name here. Rows are looked up in lateral selects that end in LIMIT, so
-- that the planner cannot but use the whole key, also where it believes a table to be empty: as a
-- plain join with `unnest` it would read every row of a program that began an hour ago.
--
-- Of a member's lots only those come along that are wanted to be taken from, or have fallen due; for
-- the others the instant is enough at which the next of them will.
--
-- What stands beside a locked member (accounts, lots, days, counters) is read with the snapshot of
-- the statement's start. Where the lock had to be waited for, that is older than the locked row:
-- the two versions differ, and the caller runs the statement again, now holding the locks.

-- name: members
with named as materialized (
    select w.kind, w.value, i.status, i.member_id, w.lots
      from unnest($kinds::text[], $values::text[], $named_lots::boolean[]) as w (kind, value, lots)
     cross join lateral (select status, member_id from identifier
                          where program_id = $program::uuid and kind = w.kind and value = w.value
                          limit 1) as i
), ids as materialized (
    select member_id, bool_or(lots) as lots, bool_or(every) as every
      from (select member_id, lots, false as every from named
             union all
            select member_id, lots, false
              from unnest($members::uuid[], $member_lots::boolean[]) as w (member_id, lots)
             {also}) as w
     group by member_id
     order by member_id
), locked as materialized (
    select m.*, ids.lots, ids.every
      from ids
     cross join lateral (select id, version, status, attributes, segments, tier, standing, joined_at,
                                registered_at, purchases, spend_minor, first_purchase_at,
                                last_purchase_at
                           from member
                          where program_id = $program::uuid and id = ids.member_id
                          limit 1 for update) as m
)

-- name: also_of_holds
union all
select h.member_id, true, true from hold h
 where h.program_id = $program::uuid and h.activity_id = any ($holds::uuid[])

-- name: also_of_past
union all
select a.member_id, true, true from activity a
 where a.program_id = $program::uuid and a.id = any ($activities::uuid[]) and a.member_id is not null

-- name: also_of_households
-- All who belong to the households asked for, and to those of the members.
union all
select m.member_id, $share_lots::boolean, false
  from (select unnest($households::uuid[]) as id
         union
        select o.id from unnest(array(select member_id from named union
                                      select unnest($members::uuid[]))) as w (member_id)
         cross join lateral (select household_id as id from household_member
                              where program_id = $program::uuid and member_id = w.member_id
                                and left_at is null limit 1) as o) as h
 cross join lateral (select member_id from household_member
                      where program_id = $program::uuid and household_id = h.id
                        and left_at is null limit 1000) as m

-- name: named
select json_agg(json_build_array(kind, value, status, member_id)) from named

-- name: locked
select json_agg(json_build_array(
           l.id, l.version, s.version, l.status, l.attributes, l.segments, l.tier,
           date_part('epoch', l.joined_at)::bigint, l.purchases, l.spend_minor,
           date_part('epoch', l.first_purchase_at)::bigint,
           date_part('epoch', l.last_purchase_at)::bigint,
           l.registered_at is not null, a.found, {days}, {own_counters}, {standing}, {qualified},
           case when d.due then (
               select json_agg(json_build_array(
                          t.id, t.asset, t.activity_id, t.amount, t.remaining,
                          date_part('epoch', t.available_at)::bigint,
                          coalesce(date_part('epoch', t.expires_at)::bigint, 1::bigint << 62),
                          t.expired) order by t.id)
                 from (select o.id from account b, lot o
                        where b.program_id = $program::uuid and b.holder_id = l.id
                          and o.program_id = $program::uuid and o.member_id = l.id
                          and o.asset = b.asset and o.remaining > 0
                          and ((l.lots and (l.every or b.asset = any ($lot_assets::text[])
                                            or '*' = any ($lot_assets::text[])))
                               or (b.next_due_at <= to_timestamp($now::bigint)
                                   and (o.expires_at <= to_timestamp($now::bigint)
                                        or (o.available_at > b.as_of
                                            and o.available_at <= to_timestamp($now::bigint)))))
                        union
                       select unnest(h.lots) from hold h
                        where h.program_id = $program::uuid and h.member_id = l.id
                          and (h.closed_at is null or h.activity_id = any ($holds::uuid[]))
                        {own_lots} {own_prize_lots} {own_referral_lots}) as w
                cross join lateral (select * from lot
                                     where program_id = $program::uuid and member_id = l.id
                                       and id = w.id limit 1) as t) end,
           case when d.due then (
               select json_agg(json_build_array(
                          h.id, h.activity_id, h.asset, h.amount, h.lots, h.amounts,
                          date_part('epoch', h.lapses_at)::bigint, h.outcome, h.reward,
                          h.taken_by) order by h.id)
                 from hold h
                where h.program_id = $program::uuid and h.member_id = l.id
                  and (h.closed_at is null or h.activity_id = any ($holds::uuid[]))) end,
           {progress}))
  from locked l
 cross join lateral (select version from member
                      where program_id = $program::uuid and id = l.id limit 1) as s
 cross join lateral (select json_agg(json_build_array(
                                asset, pending, available, held, owed,
                                date_part('epoch', as_of)::bigint,
                                date_part('epoch', next_due_at)::bigint,
                                case when next_due_at <= to_timestamp($now::bigint) then (
                                    select date_part('epoch', least(
                                               min(o.expires_at) filter (
                                                   where o.expires_at > to_timestamp($now::bigint)),
                                               min(o.available_at) filter (
                                                   where o.available_at > to_timestamp($now::bigint))
                                           ))::bigint
                                      from lot o
                                     where o.program_id = $program::uuid and o.member_id = l.id
                                       and o.asset = b.asset and o.remaining > 0)
                                else date_part('epoch', next_due_at)::bigint end)) as found,
                            min(next_due_at) as next_due_at
                       from account b
                      where b.program_id = $program::uuid and b.holder_id = l.id) as a
 cross join lateral (select l.lots or coalesce(a.next_due_at <= to_timestamp($now::bigint), false)
                        as due) as d

-- name: own_lots
-- Lots of purchases to be returned, whatever is left of them.
union
select o.id from lot o
 where l.every and o.program_id = $program::uuid and o.member_id = l.id
   and o.activity_id = any ($activities::uuid[])

-- name: own_prize_lots
-- Lots of prizes, which a return may take back whatever is left of them.
union
select o.id from lot o
 where l.every and o.program_id = $program::uuid and o.member_id = l.id
   and o.activity_id in (select unnest(p.prizes) from progress p
                          where p.program_id = $program::uuid and p.member_id = l.id)

-- name: progress
(select p.state from progress p where p.program_id = $program::uuid and p.member_id = l.id)

-- name: days
(select json_agg(json_build_array(day, visits, spend_minor))
   from (select (case when day < date '1970-01-01' + $recent_day::integer
                      then date_trunc('month', day)::date else day end) - date '1970-01-01' as day,
                sum(visits)::bigint as visits, sum(spend_minor)::bigint as spend_minor
           from member_day
          where program_id = $program::uuid and member_id = l.id
            and day >= date '1970-01-01' + $oldest_day::integer
          group by 1) as days)

-- name: standing
l.standing

-- name: qualified
(select json_agg(json_build_array(day - date '1970-01-01', points))
   from qualified_day
  where program_id = $program::uuid and member_id = l.id and asset = $qualified_asset::text
    and day >= date '1970-01-01' + $qualified_day::integer)

-- name: own_counters
(select json_agg(json_build_array(c.campaign, c.scope, c.day, c.used))
   from counter c
  where c.program_id = $program::uuid and c.member_id = l.id
    and c.campaign = any ($member_campaigns::text[]))

-- name: known
-- What was recorded under a key already, hardly ever anything: the activities are asked for then, so
-- that no other batch has to prepare for looking into every month.
select json_agg(json_build_array(w.key, encode(i.digest, 'hex'), i.activity_id))
  from unnest($keys::text[]) as w (key)
 cross join lateral (select digest, activity_id from idempotency
                      where program_id = $program::uuid and key = w.key limit 1) as i

-- name: products
select json_agg(json_build_array(
           p.sku, p.category, p.brand, p.minimum_price_minor, p.labels, p.role, p.tax_bp))
  from unnest($skus::text[]) as w (sku)
 cross join lateral (select sku, category, brand, minimum_price_minor, labels, role, tax_bp
                       from product
                      where program_id = $program::uuid and sku = w.sku limit 1) as p

-- name: households
select json_build_array(
    (select json_agg(json_build_array(
                h.id, h.kind, date_part('epoch', h.founded_at)::bigint,
                date_part('epoch', h.dissolved_at)::bigint,
                (select json_agg(json_build_array(m.member_id, m.role,
                                                  date_part('epoch', m.joined_at)::bigint)
                                 order by m.joined_at, m.member_id)
                   from household_member m
                  where m.program_id = $program::uuid and m.household_id = h.id
                    and m.left_at is null),
                (select json_agg(json_build_array(i.member_id, i.role, i.invited_by,
                                                  date_part('epoch', i.lapses_at)::bigint))
                   from household_invitation i
                  where i.program_id = $program::uuid and i.household_id = h.id
                    and i.outcome is null)))
       from household h
      where h.program_id = $program::uuid
        and h.id = any (array(select unnest($households::uuid[])
                               union
                              select m.household_id from household_member m
                               where m.program_id = $program::uuid and m.left_at is null
                                 and m.member_id = any (array(select id from locked))))),
    (select json_agg(json_build_array(o.member_id, o.left_at))
       from (select member_id, date_part('epoch', max(left_at))::bigint as left_at
               from household_member
              where program_id = $program::uuid and left_at is not null
                and member_id = any (array(select id from locked))
              group by member_id) as o))

-- name: prices
-- List prices that began between two instants, and the one in force at the first.
select json_agg(json_build_array(p.sku, p.shop, p.at, p.price_minor) order by p.at)
  from unnest($price_skus::text[], $price_shops::text[]) as w (sku, shop)
 cross join lateral (
       (select sku, shop, date_part('epoch', from_at)::bigint as at, price_minor
          from product_price
         where program_id = $program::uuid and sku = w.sku and shop = w.shop
           and from_at > to_timestamp($prices_since::bigint)
           and from_at < to_timestamp($prices_until::bigint))
       union all
       (select sku, shop, date_part('epoch', from_at)::bigint as at, price_minor
          from product_price
         where program_id = $program::uuid and sku = w.sku and shop = w.shop
           and from_at <= to_timestamp($prices_since::bigint)
         order by from_at desc limit 1)) as p

-- name: holds
select json_agg(json_build_array(h.activity_id, h.member_id))
  from (select activity_id, member_id from hold
         where program_id = $program::uuid and activity_id = any ($holds::uuid[])
         order by id for update) as h

-- name: quotes
select json_agg(json_build_array(
           q.id, q.member_id, q.promised, date_part('epoch', q.lapses_at)::bigint, q.outcome))
  from (select * from quote
         where program_id = $program::uuid and id = any ($quotes::uuid[])
         order by id for update) as q

-- name: vouchers
select json_agg(json_build_array(
           v.code, v.definition, v.member_id, v.uses_left,
           date_part('epoch', v.valid_from)::bigint, date_part('epoch', v.valid_until)::bigint,
           v.blocked_at is not null or coalesce(l.state <> 'active', false), v.issued_by,
           l.per_member))
  from (select * from voucher
         where program_id = $program::uuid
           and code = any (array(select unnest($vouchers::text[]) {more}))
         order by code for update) as v
  left join lateral (select state, per_member from voucher_lot
                      where program_id = $program::uuid and name = v.lot
                      limit 1) as l on v.lot <> ''

-- name: voucher_lots
select json_agg(json_build_array(
           l.name, l.definition, l.source, l.state, l.issued, l.uses, l.per_member,
           date_part('epoch', l.valid_from)::bigint, date_part('epoch', l.valid_until)::bigint,
           encode(l.digest, 'hex')))
  from (select * from voucher_lot
         where program_id = $program::uuid and name = any ($voucher_lots::text[])
         order by name for update) as l

-- name: also_automatic
union
select w.code from voucher w
 where w.program_id = $program::uuid and w.member_id = any (array(select member_id from ids))
   and w.definition = any ($automatic::text[]) and coalesce(w.uses_left, 1) > 0

-- name: also_promised
-- What a quote keeps has no use left for anybody else, and is there for whoever takes up the quote.
union
select jsonb_array_elements_text(q.promised::jsonb -> 1) from quote q
 where q.program_id = $program::uuid and q.id = any ($quotes::uuid[])

-- name: issued
select json_agg(json_build_array(
           v.code, v.definition, v.member_id, v.uses_left,
           date_part('epoch', v.valid_from)::bigint, date_part('epoch', v.valid_until)::bigint,
           v.blocked_at is not null, v.issued_by, null))
  from (select * from voucher
         where program_id = $program::uuid
           and (issued_by = any ($activities::uuid[]) {prize_vouchers} {referral_vouchers})
         order by code for update) as v

-- name: prize_vouchers
or issued_by = any (array(
    select unnest(p.prizes) from progress p
     where p.program_id = $program::uuid and p.member_id = any (array(select member_id from ids))))

-- name: gift_cards
-- Named by code or id, or by the purchases and holds at hand. A card has few lots: all come along.
select json_agg(json_build_array(
           c.id, c.code, c.pin, c.definition, c.state, date_part('epoch', c.expires_at)::bigint,
           c.version, s.version,
           (select json_agg(json_build_array(
                       asset, pending, available, held, owed, date_part('epoch', as_of)::bigint,
                       date_part('epoch', next_due_at)::bigint, null))
              from account where program_id = $program::uuid and holder_id = c.id),
           (select json_agg(json_build_array(
                       id, asset, activity_id, amount, remaining,
                       date_part('epoch', available_at)::bigint,
                       coalesce(date_part('epoch', expires_at)::bigint, 1::bigint << 62), expired)
                       order by id)
              from lot where program_id = $program::uuid and member_id = c.id),
           (select json_agg(json_build_array(
                       id, activity_id, asset, amount, lots, amounts,
                       date_part('epoch', lapses_at)::bigint, outcome, reward, taken_by)
                       order by id)
              from hold where program_id = $program::uuid and member_id = c.id
               and (closed_at is null or activity_id = any ($activities::uuid[]))),
           (select json_agg(json_build_array(activity_id, line, amount) order by activity_id, line)
              from gift_card_load
             where program_id = $program::uuid and activity_id = any ($activities::uuid[])
               and card_id = c.id)))
  from (select * from gift_card
         where program_id = $program::uuid and id = any (array(
               select id from gift_card
                where program_id = $program::uuid and code = any ($cards::text[])
                union
               select unnest($card_ids::uuid[])
                union
               select card_id from gift_card_load
                where program_id = $program::uuid and activity_id = any ($activities::uuid[])
                union
               select member_id from hold
                where program_id = $program::uuid
                  and activity_id = any ($activities::uuid[] || $holds::uuid[])))
         order by id for update) as c
 cross join lateral (select version from gift_card
                      where program_id = $program::uuid and id = c.id limit 1) as s

-- name: counters
select json_agg(json_build_array(c.campaign, c.scope, c.day, c.used))
  from (select c.campaign, c.scope, c.day, c.used
          from unnest($campaigns::text[], $scopes::text[], $days::integer[])
               as w (campaign, scope, day)
          join counter c on c.program_id = $program::uuid
                        and c.member_id = '00000000-0000-0000-0000-000000000000'
                        and c.campaign = w.campaign and c.scope = w.scope and c.day = w.day
         order by c.campaign, c.scope, c.day for update of c) as c

-- name: past
select json_agg(json_build_array(
           a.id, a.member_id, a.kind, date_part('epoch', a.occurred_at)::bigint, a.shop, a.till,
           a.receipt, a.revision, a.facts, a.decision, a.refers_to) order by a.id)
  from activity a
 where a.program_id = $program::uuid
   and (a.id = any ($activities::uuid[]) or a.refers_to = any ($activities::uuid[]))

-- name: cards
-- Cards of batches ($2), and the secrets of those that are electronic. A row is locked, so that a
-- card is not used and blocked at once.
select w.number, c.state, s.secret
  from unnest($2::text[]) as w (number)
  left join lateral (select coalesce(c.ended, case when b.activated_at is null then 'made'
                                                   else 'active' end) as state
                       from card c
                       join card_batch b on b.program_id = c.program_id and b.id = c.batch_id
                      where c.program_id = $1::uuid and c.number = w.number
                      limit 1 for no key update of c) as c on true
  left join lateral (select secret from card_secret
                      where program_id = $1::uuid and number = w.number limit 1) as s on true
 order by w.number

-- name: belonging
-- Who belongs to the households of these members, and to these households, at this moment.
select m.member_id
  from (select unnest($3::uuid[]) as id
         union
        select household_id from household_member
         where program_id = $1::uuid and member_id = any ($2::uuid[]) and left_at is null) as h
  join household_member m on m.program_id = $1::uuid and m.household_id = h.id
 where m.left_at is null

-- name: ensure_counters
-- Shared counters that do not exist yet are made first, so that they can be locked.
insert into counter (program_id, member_id, campaign, scope, day, used)
select $1::uuid, '00000000-0000-0000-0000-000000000000', *, 0
  from unnest($2::text[], $3::text[], $4::integer[])
 order by 3, 4, 5
on conflict do nothing
