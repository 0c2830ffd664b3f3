-- One statement loads and locks all that a batch needs. Rows are locked in one order everywhere:
-- members by id, holds by id, quotes by id, vouchers by code, counters by key.
--
-- What stands beside a locked member (accounts, lots, days, counters) is read with the snapshot of
-- the statement's start. Where the lock had to be waited for, that is older than the locked row:
-- the two versions differ, and the caller runs the statement again, now holding the locks.

-- name: load
with named as materialized (
    select i.kind, i.value, i.status, i.member_id, w.lots
      from unnest($3::text[], $4::text[], $5::boolean[]) as w (kind, value, lots)
      join identifier i on i.program_id = $1::uuid and i.kind = w.kind and i.value = w.value
), ids as materialized (
    select member_id, bool_or(lots) as lots
      from (select member_id, lots from named
             union all
            select * from unnest($6::uuid[], $7::boolean[])
             union all
            select h.member_id, true from hold h
             where h.program_id = $1::uuid and h.activity_id = any ($12::uuid[])
             union all
            select a.member_id, true from activity a
             where a.program_id = $1::uuid and a.id = any ($13::uuid[]) and a.member_id is not null
           ) as w
     group by member_id
), locked as materialized (
    select m.id, m.version, m.status, m.attributes, m.segments, m.tier, m.joined_at, m.purchases,
           m.spend_minor, m.first_purchase_at, m.last_purchase_at, ids.lots, m.registered_at
      from ids
      join member m on m.program_id = $1::uuid and m.id = ids.member_id
     order by m.id
       for update of m
), due as materialized (
    select l.id,
           l.lots or exists (select from account a
                              where a.program_id = $1::uuid and a.holder_id = l.id
                                and a.next_due_at <= to_timestamp($8::bigint)) as lots
      from locked l
)
select
    (select json_agg(json_build_array(kind, value, status, member_id)) from named)::text,
    (select json_agg(json_build_array(
            l.id, l.version, s.version, l.status, l.attributes, to_json(l.segments), l.tier,
            extract(epoch from l.joined_at)::bigint, l.purchases, l.spend_minor,
            extract(epoch from l.first_purchase_at)::bigint,
            extract(epoch from l.last_purchase_at)::bigint,
            d.lots, l.registered_at is not null,
            (select json_agg(json_build_array(
                    a.asset, a.pending, a.available, a.held, a.owed,
                    extract(epoch from a.as_of)::bigint, extract(epoch from a.next_due_at)::bigint))
               from account a where a.program_id = $1::uuid and a.holder_id = l.id),
            case when $9::integer is not null then
            (select json_agg(json_build_array(day, visits, spend_minor)) from (
                select (case when md.day < date '1970-01-01' + $10::integer
                             then date_trunc('month', md.day)::date else md.day end)
                           - date '1970-01-01' as day,
                       sum(md.visits)::bigint as visits, sum(md.spend_minor)::bigint as spend_minor
                  from member_day md
                 where md.program_id = $1::uuid and md.member_id = l.id
                   and md.day >= date '1970-01-01' + $9::integer
                 group by 1) as days)
            end,
            case when d.lots then
            (select json_agg(json_build_array(
                    t.id, t.asset, t.activity_id, t.amount, t.remaining,
                    extract(epoch from t.available_at)::bigint,
                    extract(epoch from t.expires_at)::bigint, t.expired) order by t.id)
               from lot t
              where t.program_id = $1::uuid and t.member_id = l.id
                and (t.remaining > 0 or t.activity_id = any ($13::uuid[])
                     or t.id = any (select unnest(h.lots) from hold h
                                     where h.program_id = $1::uuid and h.member_id = l.id
                                       and (h.closed_at is null or h.activity_id = any ($12::uuid[])))))
            end,
            case when d.lots then
            (select json_agg(json_build_array(
                    h.id, h.activity_id, h.asset, h.amount, to_json(h.lots), to_json(h.amounts),
                    extract(epoch from h.lapses_at)::bigint, h.outcome) order by h.id)
               from hold h
              where h.program_id = $1::uuid and h.member_id = l.id
                and (h.closed_at is null or h.activity_id = any ($12::uuid[])))
            end,
            case when cardinality($11::text[]) > 0 then
            (select json_agg(json_build_array(c.campaign, c.scope, c.day, c.used))
               from counter c
              where c.program_id = $1::uuid and c.member_id = l.id
                and c.campaign = any ($11::text[]))
            end))
       from locked l
       join due d on d.id = l.id
       join member s on s.program_id = $1::uuid and s.id = l.id)::text,
    case when cardinality($12::uuid[]) > 0 then
    (select json_agg(json_build_array(h.activity_id, h.member_id))
       from (select activity_id, member_id from hold
              where program_id = $1::uuid and activity_id = any ($12::uuid[])
              order by id for update) as h)::text
    end,
    case when cardinality($17::uuid[]) > 0 then
    (select json_agg(json_build_array(
            q.id, q.member_id, q.promised, extract(epoch from q.lapses_at)::bigint, q.outcome))
       from (select * from quote
              where program_id = $1::uuid and id = any ($17::uuid[]) order by id for update) as q)::text
    end,
    case when cardinality($14::text[]) > 0 or cardinality($20::text[]) > 0 then
    (select json_agg(json_build_array(
            v.code, v.definition, v.member_id, v.uses_left,
            extract(epoch from v.valid_from)::bigint, extract(epoch from v.valid_until)::bigint,
            v.blocked_at is not null, v.issued_by))
       from (select * from voucher
              where program_id = $1::uuid
                and (code = any ($14::text[])
                     or (definition = any ($20::text[]) and uses_left > 0
                         and member_id = any (select member_id from ids)))
              order by code for update) as v)::text
    end,
    case when cardinality($15::text[]) > 0 then
    (select json_agg(json_build_array(c.campaign, c.scope, c.day, c.used))
       from (select c.campaign, c.scope, c.day, c.used
               from unnest($15::text[], $16::text[], $18::integer[]) as w (campaign, scope, day)
               join counter c on c.program_id = $1::uuid
                             and c.member_id = '00000000-0000-0000-0000-000000000000'
                             and c.campaign = w.campaign and c.scope = w.scope and c.day = w.day
              order by c.campaign, c.scope, c.day for update of c) as c)::text
    end,
    case when cardinality($13::uuid[]) > 0 then
    (select json_agg(json_build_array(
            a.id, a.member_id, a.kind, extract(epoch from a.occurred_at)::bigint, a.shop, a.till,
            a.receipt, a.revision, a.facts, a.decision, a.refers_to) order by a.id)
       from activity a
      where a.program_id = $1::uuid
        and (a.id = any ($13::uuid[]) or a.refers_to = any ($13::uuid[])))::text
    end,
    case when cardinality($13::uuid[]) > 0 then
    (select json_agg(json_build_array(
            v.code, v.definition, v.member_id, v.uses_left,
            extract(epoch from v.valid_from)::bigint, extract(epoch from v.valid_until)::bigint,
            v.blocked_at is not null, v.issued_by))
       from (select * from voucher
              where program_id = $1::uuid and issued_by = any ($13::uuid[])
              order by code for update) as v)::text
    end,
    (select json_agg(json_build_array(i.key, json_build_array(
            encode(i.digest, 'hex'), a.id, a.member_id, a.revision, a.facts, a.decision, a.answer)))
       from idempotency i
       join activity a on a.program_id = i.program_id and a.id = i.activity_id
      where i.program_id = $1::uuid and i.key = any ($2::text[]))::text,
    case when cardinality($19::text[]) > 0 then
    (select json_agg(json_build_array(p.sku, p.category, p.brand, p.min_price_minor))
       from product p where p.program_id = $1::uuid and p.sku = any ($19::text[]))::text
    end

-- name: ensure_counters
-- Shared counters that do not exist yet are made first, so that they can be locked.
insert into counter (program_id, member_id, campaign, scope, day, used)
select $1::uuid, '00000000-0000-0000-0000-000000000000', *, 0
  from unnest($2::text[], $3::text[], $4::integer[])
 order by 3, 4, 5
on conflict do nothing
