-- The clocks of retention. `due_...` finds what is due ($1 the program, $2 before when, $3 at most
-- how many, $4 the id an activity of that instant would have); `forget_...` forgets what was found
-- ($2 its ids). Each is small enough for a short transaction.

-- name: due_inactive_members
select m.id
  from member m
 where m.program_id = $1::uuid and m.status not in ('merged', 'erased')
   and m.joined_at < to_timestamp($2::bigint)
   and coalesce(m.last_purchase_at, m.joined_at) < to_timestamp($2::bigint)
   and not exists (select from activity a
                    where a.program_id = m.program_id and a.member_id = m.id
                      and a.recorded_at >= to_timestamp($2::bigint))
   and not exists (select from portal_session s
                    where s.program_id = m.program_id and s.member_id = m.id
                      and s.created_at >= to_timestamp($2::bigint))
 limit $3::integer

-- name: due_purchase_facts
select a.id
  from activity a
 where a.program_id = $1::uuid and a.id > coalesce((select upto from retention
                                                     where program_id = $1::uuid
                                                       and clock = 'purchase_facts'),
                                                   '00000000-0000-0000-0000-000000000000')
   and a.id < $4::uuid and a.recorded_at < to_timestamp($2::bigint)
 order by a.id
 limit $3::integer

-- name: forget_purchase_facts
update activity a
   set facts = scrubbed(kind, facts), answer = scrubbed(kind, answer)
 where program_id = $1::uuid and id = any ($2::uuid[]) and member_id is not null
   and (scrubbed(kind, facts) <> facts::jsonb::text or scrubbed(kind, answer) <> answer)

-- name: due_consents
select c.id
  from erasure e
  join consent c on c.program_id = e.program_id and c.member_id = e.member_id
 where e.program_id = $1::uuid and e.at < to_timestamp($2::bigint)
 limit $3::integer

-- name: forget_consents
delete from consent c using erasure e
 where c.program_id = $1::uuid and e.program_id = c.program_id and e.member_id = c.member_id
   and c.id = any ($2::uuid[])

-- name: due_sign_ins
select id from (
    select id::text from portal_code
     where program_id = $1::uuid and expires_at < to_timestamp($2::bigint)
    union all
    select encode(digest, 'hex') from portal_session
     where program_id = $1::uuid
       and coalesce(ended_at, expires_at) < to_timestamp($2::bigint)) as w
 limit $3::integer

-- name: forget_sign_ins
with codes as (delete from portal_code where program_id = $1::uuid and id::text = any ($2::text[]))
delete from portal_session
 where program_id = $1::uuid and encode(digest, 'hex') = any ($2::text[])

-- name: due_audit
select id from audit_event
 where organization_id = (select organization_id from program where id = $1::uuid)
   and at < to_timestamp($2::bigint)
 limit $3::integer

-- name: forget_audit
delete from audit_event
 where organization_id = (select organization_id from program where id = $1::uuid)
   and id = any ($2::uuid[])

-- name: forgetting
select set_config('regulars.forgetting', 'on', true)

-- name: done
insert into retention as r (program_id, clock, done_at, forgotten, upto)
values ($1::uuid, $2::text, to_timestamp($3::bigint), $4::bigint, $5::uuid)
on conflict (program_id, clock)
do update set done_at = excluded.done_at, forgotten = r.forgotten + excluded.forgotten,
              upto = coalesce(excluded.upto, r.upto)

-- name: last
select clock, done_at, forgotten from retention where program_id = $1::uuid

-- name: programs
-- All programs, those of an organization together.
select id, organization_id from program order by organization_id, id

-- name: erasures
select count(*), count(*) filter (where at > to_timestamp($2::bigint) - interval '30 days')
  from erasure where program_id = $1::uuid
