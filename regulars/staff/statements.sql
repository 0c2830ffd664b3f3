-- name: desks
-- Where a person works; asked before an organization is chosen.
-- $1 staff
select organization_id, slug, name, timezone, settings::text, role, role_name, permissions, shops,
       programs::text, second_factor, notices
  from staff_desks($1)

-- name: account
-- The account of an address, made where it is missing, and whether nobody else counts on it.
-- $1 new id, $2 e-mail in small letters, $3 organization, $4 now
select staff_id, fresh from staff_account($1, $2, $3, $4)

-- name: invitation
-- $1 digest, $2 staff, $3 organization, $4 now, $5 expires_at
select staff_invitation($1, $2, $3, $4, $5)

-- name: entry_link
-- $1 digest, $2 staff, $3 kind, $4 now, $5 expires_at
insert into staff_link (digest, staff_id, kind, created_at, expires_at) values ($1, $2, $3, $4, $5)

-- name: password_link
-- $1 digest, $2 e-mail in small letters, $3 now, $4 expires_at
select staff_password_link($1, $2, $3, $4)

-- name: link
-- $1 digest, $2 now
select l.kind, l.staff_id, s.email, s.name
  from staff_link l
  join staff s on s.id = l.staff_id
 where l.digest = $1 and l.used_at is null and l.expires_at > $2 and s.is_active

-- name: use_link
-- Whoever comes second gets no row.
-- $1 digest, $2 now
update staff_link set used_at = $2
 where digest = $1 and used_at is null and expires_at > $2
returning staff_id, kind

-- name: membership
-- $1 organization, $2 staff
select id from staff_membership
 where organization_id = $1 and staff_id = $2 and ended_at is null

-- name: add_membership
-- $1 organization, $2 id, $3 staff, $4 role, $5 role_id, $6 shops, $7 since_at
insert into staff_membership (organization_id, id, staff_id, role, role_id, shops, since_at)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: change_membership
-- $1 organization, $2 id, $3 role, $4 role_id, $5 shops
update staff_membership set role = $3, role_id = $4, shops = $5
 where organization_id = $1 and id = $2 and ended_at is null
returning staff_id

-- name: end_membership
-- $1 organization, $2 id, $3 ended_at
update staff_membership set ended_at = $3
 where organization_id = $1 and id = $2 and ended_at is null
returning staff_id

-- name: lock_owners
-- One change of owners at a time, so that the last two cannot leave at once.
-- $1 organization
select id from staff_membership
 where organization_id = $1 and role = 'owner' and ended_at is null
 order by id
   for update

-- name: people
-- $1 organization
select m.id, m.staff_id, s.email, s.name, m.role, coalesce(r.name, ''), m.role_id, m.shops,
       m.since_at, s.last_login,
       coalesce((select array_agg(h.code order by h.code) from shop h where h.id = any(m.shops)), '{}')
  from staff_membership m
  join staff s on s.id = m.staff_id
  left join staff_role r on r.organization_id = m.organization_id and r.id = m.role_id
 where m.organization_id = $1 and m.ended_at is null
 order by s.email

-- name: roles
-- $1 organization
select id, name, permissions from staff_role where organization_id = $1 order by name

-- name: add_role
-- $1 organization, $2 id, $3 name, $4 permissions, $5 now
insert into staff_role (organization_id, id, name, permissions, created_at)
values ($1, $2, $3, $4, $5)
on conflict (organization_id, name) do nothing
returning id

-- name: change_role
-- $1 organization, $2 id, $3 name, $4 permissions
update staff_role set name = $3, permissions = $4 where organization_id = $1 and id = $2
returning id

-- name: own_member
-- $1 program, $2 member, $3 staff
select 1 from staff_own_member where program_id = $1 and member_id = $2 and staff_id = $3

-- name: add_own_member
-- $1 program, $2 member, $3 staff, $4 since_at
insert into staff_own_member (program_id, member_id, staff_id, since_at) values ($1, $2, $3, $4)
on conflict do nothing

-- name: record
-- $1 organization, $2 id, $3 at, $4 staff, $5 who, $6 action, $7 object, $8 details, $9 address
insert into audit_event (organization_id, id, at, staff_id, who, action, object, details, address)
values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)

-- name: record_everywhere
-- Signing in concerns every organization the person works in.
-- $1 new ids, $2 at, $3 staff, $4 who, $5 action, $6 address
insert into audit_event (organization_id, id, at, staff_id, who, action, address)
select d.organization_id, ($1::uuid[])[row_number() over ()], $2, $3, $4, $5, $6
  from staff_desks($3) d

-- name: events
-- The last ones first; ids ascend in time. $2 is where the page before ended, or null.
-- $1 organization, $2 before id, $3 who or empty, $4 how many
select id, at, who, action, object, details::text, address
  from audit_event
 where organization_id = $1 and ($2::uuid is null or id < $2) and ($3 = '' or who = $3)
 order by id desc
 limit $4

-- name: event
-- One of them, and what the rows were and became in its transaction.
-- $1 organization, $2 id
select e.id, e.at, e.who, e.action, e.object, e.details::text, e.address,
       coalesce((select jsonb_agg(jsonb_build_array(c.noun, c.was, c.became) order by c.number)
                   from audit_change c
                  where c.organization_id = e.organization_id and c.xid = e.xid
                    and c.begun_at = e.begun_at), '[]')::text
  from audit_event e
 where e.organization_id = $1 and e.id = $2

-- name: staff_of
-- $1 e-mail in small letters
select id from staff where email = $1 and is_active

-- name: make_agency
-- $1 staff
update staff set agency = true where id = $1

-- name: who_may
-- Who works here with a permission. $2 the usual roles that have it.
-- $1 organization, $2 roles, $3 permission
select m.staff_id
  from staff_membership m
  left join staff_role r on r.organization_id = m.organization_id and r.id = m.role_id
 where m.organization_id = $1 and m.ended_at is null
   and (m.role = any ($2::text[]) or $3 = any (r.permissions))
 order by m.since_at, m.id

-- name: notify
-- $1 organization, $2 ids, $3 for whom, $4 now, $5 code, $6 who, $7 object, $8 path
insert into staff_notice (organization_id, id, staff_id, at, code, who, object, path)
select $1, i, s, $4, $5, $6, $7, $8
  from unnest($2::uuid[], $3::uuid[]) as one (i, s)
 where exists (select from staff_membership m
                where m.organization_id = $1 and m.staff_id = s and m.ended_at is null)

-- name: notices
-- The last ones first.
-- $1 organization, $2 staff, $3 most
select id, at, code, who, object, path, read_at is not null
  from staff_notice
 where organization_id = $1 and staff_id = $2
 order by id desc
 limit $3

-- name: read_notices
-- $1 organization, $2 staff, $3 now
update staff_notice set read_at = $3
 where organization_id = $1 and staff_id = $2 and read_at is null
returning id

-- name: unmailed
-- Those of the last day that nobody has read or mailed yet, kept from other workers.
-- $1 since, $2 most
select n.organization_id, n.id, n.code, n.who, n.object, n.path, s.email,
       coalesce(nullif(s.language, ''), o.settings ->> 'language', ''), o.name
  from staff_notice n
  join staff s on s.id = n.staff_id and s.is_active
  join organization o on o.id = n.organization_id
 where n.mailed_at is null and n.read_at is null and n.at >= $1
 order by n.at, n.id
 limit $2
   for update of n skip locked

-- name: mailed
-- $1 organization, $2 id, $3 now
update staff_notice set mailed_at = $3 where organization_id = $1 and id = $2
