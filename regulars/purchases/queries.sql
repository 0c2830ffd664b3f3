-- Reading recorded purchases and other activities.

-- name: activity
select id, member_id, kind, extract(epoch from occurred_at)::bigint as occurred_at, shop, till,
       receipt, revision, facts, decision, answer, refers_to
  from activity where program_id = $1::uuid and id = $2::uuid

-- name: by_receipt
select a.id
  from idempotency i
  join activity a on a.program_id = i.program_id and a.id = i.activity_id
 where i.program_id = $1::uuid and i.key = $2::text

-- name: returned
select facts from activity where program_id = $1::uuid and refers_to = $2::uuid and kind = 'return'

-- name: bought_lately
-- A member's purchases of some time, the last ones first, with what came back of each.
select a.id, a.revision, a.facts, a.decision,
       coalesce((select json_agg(r.facts order by r.id) from activity r
                  where r.program_id = a.program_id and r.refers_to = a.id and r.kind = 'return'),
                '[]')::text
  from activity a
 where a.program_id = $1::uuid and a.kind = 'purchase'
   and a.member_id = case when $2::uuid is null
                          then (select member_id from identifier
                                 where program_id = $1::uuid and kind = $3::text
                                   and value = $4::text)
                          else $2::uuid end
   and a.occurred_at between to_timestamp($5::bigint) and to_timestamp($6::bigint)
 order by a.occurred_at desc, a.id desc
 limit 500

-- name: page
-- Purchases and returns, the newest first, from before $2 back to $3; of shops $4 (null: all), of a
-- kind $5 ('' both), of at least $6. However few fit, no more than $7 activities are looked at: the
-- last one's id is told in every row, and the page after this one begins there.
with looked as materialized (
    select id, kind, member_id, occurred_at, shop, till, receipt, list_minor, paid_minor, refers_to
      from activity
     where program_id = $1::uuid
       and id < case when $2::uuid is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                     else $2::uuid end
       and id >= case when $3::uuid is null then '00000000-0000-0000-0000-000000000000'
                      else $3::uuid end
     order by id desc
     limit $7::integer
)
select e.id, e.number, f.*
  from (select (select id from looked order by id limit 1) as id,
               (select count(*) from looked) as number) as e
  left join lateral (
       select id as activity_id, kind, member_id, occurred_at, shop, till, receipt, list_minor,
              paid_minor, refers_to
         from looked
        where kind in ('purchase', 'return') and ($5::text = '' or kind = $5::text)
          and ($4::text[] is null or shop = any ($4::text[])) and paid_minor >= $6::bigint
        order by id desc
        limit $8::integer) as f on true

-- name: returns_of
select id, extract(epoch from occurred_at)::bigint, shop, till, answer from activity
 where program_id = $1::uuid and refers_to = $2::uuid and kind = 'return'
 order by id

-- name: names
-- What articles are called.
select sku, name from product where program_id = $1::uuid and sku = any ($2::text[]) and name <> ''

-- name: with_receipt
-- The purchases of a receipt number in the tills that were busy lately; $3 shops, or null for all.
with busy as (
    select distinct 'receipt:' || shop || '/' || till || '/' || $2::text as key
      from (select shop, till from activity where program_id = $1::uuid
             order by id desc limit 5000) as lately
)
select a.id, a.kind, a.member_id, a.occurred_at, a.shop, a.till, a.receipt, a.list_minor,
       a.paid_minor, a.refers_to
  from busy b
 cross join lateral (select activity_id from idempotency
                      where program_id = $1::uuid and key = b.key limit 1) as k
 cross join lateral (select * from activity
                      where program_id = $1::uuid and id = k.activity_id limit 1) as a
 where $3::text[] is null or a.shop = any ($3::text[])
 order by a.id desc
