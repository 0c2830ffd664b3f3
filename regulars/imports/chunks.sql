-- How far an import has come.

-- name: begin
insert into import_run (program_id, kind, digest, source, started_at)
values ($1::uuid, $2::text, $3::text, $4::text, to_timestamp($5::bigint))
on conflict (program_id, kind, digest) do update set source = excluded.source
returning done, counts, extract(epoch from finished_at)::bigint

-- name: lock
-- Two processes importing the same thing take turns; the second finds it done.
select done from import_run
 where program_id = $1::uuid and kind = $2::text and digest = $3::text for update

-- name: advance
update import_run set done = $4::bigint, counts = $5::text
 where program_id = $1::uuid and kind = $2::text and digest = $3::text

-- name: finish
update import_run set finished_at = to_timestamp($4::bigint)
 where program_id = $1::uuid and kind = $2::text and digest = $3::text
