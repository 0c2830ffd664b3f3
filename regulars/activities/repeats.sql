-- What was recorded before and is asked for again.

-- name: stored
-- What is kept of activities that are asked for again ($2); those of detached months are missing.
select w.id, a.member_id, a.revision, a.facts, a.decision, a.answer
  from unnest($2::uuid[]) as w (id)
 cross join lateral (select member_id, revision, facts, decision, answer from activity
                      where program_id = $1::uuid and id = w.id limit 1) as a
