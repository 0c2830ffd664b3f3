-- Forgetting people, and what is known of those who were forgotten.

-- name: add_tombstone
insert into erasure (program_id, member_id, at, asked_by)
select $1::uuid, id, to_timestamp($3::bigint), $4::text from member
 where program_id = $1::uuid and (id = $2::uuid or merged_into = $2::uuid)
on conflict do nothing

-- name: erase_records
select erase_records($1::uuid, array(select id from member
                                      where program_id = $1::uuid
                                        and (id = $2::uuid or merged_into = $2::uuid)))

-- name: block_identifiers
-- Nobody's from now on: it names no member, and no new one can have it.
update identifier
   set member_id = '00000000-0000-0000-0000-000000000000', status = 'blocked',
       ended_at = coalesce(ended_at, to_timestamp($4::bigint)), replaced_by = null
 where program_id = $1::uuid and kind = any ($3::text[])
   and member_id in (select id from member where program_id = $1::uuid
                                             and (id = $2::uuid or merged_into = $2::uuid))

-- name: tombstones
-- The oldest first; $1 one program or null for all.
select program_id, member_id, extract(epoch from at)::bigint, asked_by from erasure
 where $1::uuid is null or program_id = $1::uuid
 order by at, program_id, member_id

-- name: still_there
-- Of those named ($1 programs, $2 members) the ones that are not erased here. Who was merged goes
-- with the membership that has everything now.
select m.program_id, m.id
  from unnest($1::uuid[], $2::uuid[]) as w (program_id, member_id)
  join member m on m.program_id = w.program_id and m.id = w.member_id
 where m.status not in ('erased', 'merged')
 order by 1, 2

-- name: forget_in_month
-- What erasing takes out of activities, in rows with ids from $1 (or null) to before $2: they were put
-- away when their members were erased.
update activity a
   set facts = scrubbed(a.kind, a.facts), answer = scrubbed(a.kind, a.answer)
  from member m
  join erasure e on e.program_id = m.program_id and e.member_id in (m.id, m.merged_into)
 where a.program_id = m.program_id and a.member_id = m.id
   and ($1::uuid is null or a.id >= $1::uuid) and a.id < $2::uuid
