-- Files given on a page, and what becomes of them.

-- name: keep
insert into import_file (program_id, id, noun, name, size, digest, settings, made_by, made_by_name,
                         made_at)
values ($1::uuid, $2::uuid, $3, $4, $5::bigint, $6, $7, $8::uuid, $9, $10::timestamptz)

-- name: keep_part
insert into import_part (program_id, file_id, number, content)
values ($1::uuid, $2::uuid, $3::integer, $4::bytea)

-- name: part
select content from import_part
 where program_id = $1::uuid and file_id = $2::uuid and number = $3::integer

-- name: throw_away
delete from import_part where program_id = $1::uuid and file_id = $2::uuid

-- name: kept
-- $2 a file, with the first $3 of its faults.
select id, noun, name, size, digest, settings, made_by, made_by_name, made_at, wanted_at, dry,
       taken_until is not null, part, done, total, ended_at, outcome, said, counts, fault_count,
       (select coalesce(jsonb_agg(f.fault order by f.place), '[]')
          from jsonb_array_elements(i.faults::jsonb) with ordinality as f (fault, place)
         where f.place <= $3::integer)::text,
       exists (select from import_part p
                where p.program_id = i.program_id and p.file_id = i.id and p.number = 0)
  from import_file i
 where program_id = $1::uuid and id = $2::uuid

-- name: lately
-- The last files of a noun, the newest first.
select id, name, size, made_by_name, made_at, wanted_at, dry, ended_at, outcome, fault_count
  from import_file
 where program_id = $1::uuid and noun = $2
 order by id desc limit $3::integer

-- name: same
-- When a file with the same content was last brought in.
select max(ended_at) from import_file
 where program_id = $1::uuid and noun = $2 and digest = $3 and outcome in ('done', 'known')

-- name: want
-- Not while it waits or is in hand; with content that is still here.
update import_file
   set settings = $3, dry = $4::boolean, wanted_at = $5::timestamptz, taken_until = null, part = 0,
       done = 0, total = 0, ended_at = null, outcome = '', said = '', counts = '{}',
       fault_count = 0, faults = '[]'
 where program_id = $1::uuid and id = $2::uuid
   and (wanted_at is null or outcome in ('checked', 'refused', 'stopped', 'broken'))
   and exists (select from import_part p where p.program_id = $1::uuid and p.file_id = $2::uuid)
returning id

-- name: take
-- The next one that waits, or that a dead worker left; $2: until when it is in hand.
update import_file i set taken_until = $2::timestamptz
  from program p
 where p.id = i.program_id
   and (i.program_id, i.id) = (
        select program_id, id from import_file
         where wanted_at is not null and ended_at is null
           and (taken_until is null or taken_until < $1::timestamptz)
         order by wanted_at limit 1 for update skip locked)
returning i.program_id, i.id, p.organization_id, i.noun, i.name, i.settings, i.dry, i.made_by,
          i.made_by_name

-- name: heard
update import_file set part = $3::real, done = $4::bigint, total = $5::bigint,
       taken_until = $6::timestamptz
 where program_id = $1::uuid and id = $2::uuid and ended_at is null

-- name: give_up
-- Let another worker go on with it.
update import_file set taken_until = null where program_id = $1::uuid and id = $2::uuid

-- name: end
update import_file
   set ended_at = $3::timestamptz, taken_until = null, outcome = $4, said = $5, counts = $6,
       fault_count = $7::bigint, faults = $8
 where program_id = $1::uuid and id = $2::uuid and ended_at is null

-- name: forget
-- Faults quote the file, so they go with it after a while; what never came in goes altogether.
with old as (
    select program_id, id from import_file
     where made_at < $1::timestamptz and (faults <> '[]' or outcome not in ('done', 'known'))
       and (taken_until is null or taken_until < $1::timestamptz)
     limit 100 for update skip locked
), gone as (
    delete from import_file i using old o
     where i.program_id = o.program_id and i.id = o.id and i.outcome not in ('done', 'known')
)
update import_file i set faults = '[]' from old o
 where i.program_id = o.program_id and i.id = o.id and i.outcome in ('done', 'known')
