-- What imports ask the database before anything is written.

-- name: known
-- Which of many identifiers are known, whose they are, and how both stand.
select w.kind, w.value, i.status, m.id, m.status
  from unnest($2::text[], $3::text[]) as w (kind, value)
  join identifier i on i.program_id = $1::uuid and i.kind = w.kind and i.value = w.value
  join member m on m.program_id = $1::uuid and m.id = i.member_id

-- name: known_ids
select m.id, m.status
  from unnest($2::uuid[]) as w (id)
  join member m on m.program_id = $1::uuid and m.id = w.id

-- name: run
select done, extract(epoch from finished_at)::bigint
  from import_run
 where program_id = $1::uuid and kind = $2::text and digest = $3::text

-- name: again
-- Begin a finished import anew: for what may have been changed since.
update import_run set done = 0, counts = '{}', finished_at = null
 where program_id = $1::uuid and kind = $2::text and digest = $3::text
   and finished_at is not null
