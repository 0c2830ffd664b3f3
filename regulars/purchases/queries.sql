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
