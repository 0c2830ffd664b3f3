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
   and a.member_id = coalesce($2::uuid, (select member_id from identifier
                                          where program_id = $1::uuid and kind = $3::text
                                            and value = $4::text))
   and a.occurred_at between to_timestamp($5::bigint) and to_timestamp($6::bigint)
 order by a.occurred_at desc, a.id desc
 limit 500
