-- name: program
-- $1 organization, $2 program, by their short names
select * from portal_program($1::text, $2::text)

-- name: only
select * from portal_only()

-- name: session
-- Who holds a session that is still good. $2 its digest, $3 now
select s.contact_kind, s.contact, s.member_id, s.device, s.misses, d.may_redeem_at, coalesce(m.status, '')
  from portal_session s
  left join portal_device d on d.program_id = s.program_id and d.member_id = s.member_id
                           and d.digest = s.device
  left join member m on m.program_id = s.program_id and m.id = s.member_id
 where s.program_id = $1::uuid and s.digest = $2::bytea and s.ended_at is null
   and s.expires_at > $3::timestamptz

-- name: alone
-- Who asks for codes of this contact waits for who asked before: counting is right then.
select pg_advisory_xact_lock(hashtextextended($1::text, 0))

-- name: asked
-- How many codes of the kind $2 were asked for since $5: of the contact $3, from the network address
-- $4, and of telephones in the whole program.
select (select count(*) from portal_code
         where program_id = $1::uuid and contact = $3::text and created_at > $5::timestamptz
           and kind = 'code' and contact_kind = $2::text),
       (select count(*) from portal_code
         where program_id = $1::uuid and address = $4::text and created_at > $5::timestamptz
           and kind = 'code' and contact_kind = $2::text),
       (select count(*) from portal_code
         where program_id = $1::uuid and created_at > $5::timestamptz
           and kind = 'code' and contact_kind = 'phone')

-- name: add_code
insert into portal_code (program_id, id, kind, contact_kind, contact, member_id, digest, address,
                         created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: try_code
-- Counts the try, right or wrong; a code that is used, late or tried too often is none.
update portal_code set tries = tries + 1
 where program_id = $1::uuid and id = $2::uuid and kind = 'code' and used_at is null
   and expires_at > $3::timestamptz and tries < $4::integer
returning digest

-- name: use_code
update portal_code set used_at = $3::timestamptz
 where program_id = $1::uuid and id = $2::uuid and used_at is null
returning true

-- name: link
select member_id from portal_code
 where program_id = $1::uuid and kind = 'link' and digest = $2::bytea and used_at is null
   and expires_at > $3::timestamptz

-- name: use_link
update portal_code set used_at = $3::timestamptz
 where program_id = $1::uuid and kind = 'link' and digest = $2::bytea and used_at is null
   and expires_at > $3::timestamptz
returning contact_kind, contact, member_id

-- name: member_of
select i.member_id from identifier i
 where i.program_id = $1::uuid and i.kind = $2::text and i.value = $3::text and i.status = 'active'

-- name: add_session
insert into portal_session (program_id, digest, contact_kind, contact, member_id, device,
                            created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: belong
-- The session is of this member from now on.
update portal_session set member_id = $3::uuid where program_id = $1::uuid and digest = $2::bytea

-- name: add_device
-- Whether it is a new one; known ones stay as they are.
insert into portal_device (program_id, member_id, digest, since_at, may_redeem_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning true

-- name: miss
update portal_session set misses = misses + 1
 where program_id = $1::uuid and digest = $2::bytea and misses < $3::integer
returning misses

-- name: end_session
update portal_session set ended_at = $3::timestamptz
 where program_id = $1::uuid and digest = $2::bytea and ended_at is null

-- name: end_sessions
update portal_session set ended_at = $3::timestamptz
 where program_id = $1::uuid and member_id = $2::uuid and ended_at is null

-- name: reserved
-- What the member has reserved and not fetched yet: rewards, and amounts that a shop's till holds.
select h.activity_id, max(a.facts), extract(epoch from min(h.lapses_at))::bigint
  from hold h
 cross join lateral (select kind, facts from activity
                      where program_id = $1::uuid and id = h.activity_id limit 1) as a
 where h.program_id = $1::uuid
   and (h.taken_by = $2::uuid or h.member_id = $2::uuid and h.taken_by is null)
   and h.closed_at is null and h.lapses_at > to_timestamp($3::bigint) and a.kind = 'redeem'
 group by h.activity_id
 order by 3

-- name: shops
select code, name from shop where organization_id = $1::uuid and code = any ($2::text[])

-- name: invitations
select i.household_id, h.kind, i.role, i.lapses_at
  from household_invitation i
  join household h on h.program_id = i.program_id and h.id = i.household_id
 where i.program_id = $1::uuid and i.member_id = $2::uuid and i.outcome is null
   and i.lapses_at > to_timestamp($3::bigint) and h.dissolved_at is null

-- name: first_names
-- Of those $2 of a household who let the others see it.
select id, coalesce(nullif(attributes ->> 'first_name', ''),
                    split_part(attributes ->> 'name', ' ', 1))
  from member
 where program_id = $1::uuid and id = any($2::uuid[]) and status = 'active'
   and attributes ->> 'household_name' = 'true'

-- name: waiting
-- What waits for a member as of $3, the soonest to end first: reserved rewards, vouchers that end
-- by $4, and whether households ask ($5).
select 'reserved', coalesce(max(a.facts)::json ->> 'reward', ''), min(h.lapses_at) as until_at
  from hold h
 cross join lateral (select kind, facts from activity
                      where program_id = $1::uuid and id = h.activity_id limit 1) as a
 where h.program_id = $1::uuid
   and (h.taken_by = $2::uuid or h.member_id = $2::uuid and h.taken_by is null)
   and h.closed_at is null and h.lapses_at > to_timestamp($3::bigint) and a.kind = 'redeem'
 group by h.activity_id
union all
select 'voucher', v.definition, v.valid_until
  from voucher v
  left join voucher_lot l on l.program_id = v.program_id and l.name = v.lot
 where v.program_id = $1::uuid and v.member_id = $2::uuid and v.blocked_at is null
   and coalesce(v.uses_left, 1) > 0 and coalesce(l.state, 'active') = 'active'
   and v.valid_until > to_timestamp($3::bigint) and v.valid_until <= to_timestamp($4::bigint)
union all
select 'household', h.kind, i.lapses_at
  from household_invitation i
  join household h on h.program_id = i.program_id and h.id = i.household_id
 where $5 and i.program_id = $1::uuid and i.member_id = $2::uuid and i.outcome is null
   and i.lapses_at > to_timestamp($3::bigint) and h.dissolved_at is null
 order by until_at
 limit 8

-- name: shop_names
select code, name from shop where organization_id = $1::uuid and code = any($2::text[])

-- name: block_vouchers
-- Nobody uses what was handed out to who has left.
update voucher set blocked_at = to_timestamp($3::bigint)
 where program_id = $1::uuid and member_id = $2::uuid and blocked_at is null

-- name: contacts_of
-- Where a member is reached, e-mail addresses first, the newest first.
select kind, value from identifier
 where program_id = $1::uuid and member_id = $2::uuid and kind in ('email', 'phone')
   and status = 'active'
 order by kind, since_at desc, value

-- name: new_contact
-- Whoever is signed in by what was replaced stays so, by the new one.
update portal_session set contact = $4::text
 where program_id = $1::uuid and member_id = $2::uuid and contact_kind = $3::text
   and ended_at is null

-- name: passkeys_of
select id, credential, name, added_at, used_at from portal_passkey
 where program_id = $1::uuid and member_id = $2::uuid
 order by added_at, id

-- name: passkey
select member_id, credential from portal_passkey where program_id = $1::uuid and id = $2::bytea

-- name: add_passkey
-- At most $7 of a member; one that is there already is nobody else's.
insert into portal_passkey (program_id, id, member_id, credential, name, added_at)
select $1::uuid, $2::bytea, $3::uuid, $4::bytea, $5, $6::timestamptz
 where (select count(*) from portal_passkey
         where program_id = $1::uuid and member_id = $3::uuid) < $7::integer
on conflict do nothing
returning true

-- name: use_passkey
-- Many devices count nothing: theirs stays at nought.
update portal_passkey set counter = $3::bigint, used_at = $4::timestamptz
 where program_id = $1::uuid and id = $2::bytea
   and (counter < $3::bigint or (counter = 0 and $3::bigint = 0))
returning true

-- name: drop_passkey
delete from portal_passkey
 where program_id = $1::uuid and member_id = $2::uuid and id = $3::bytea
returning true

-- name: use_challenge
-- Whether it was answered for the first time; forgotten with other codes.
insert into portal_code (program_id, id, kind, contact, digest, created_at, expires_at, used_at)
values ($1::uuid, left(encode(sha256(convert_to($2::text, 'UTF8')), 'hex'), 32)::uuid, 'challenge', '',
        sha256(convert_to($2::text, 'UTF8')), $3::timestamptz, $3::timestamptz, $3::timestamptz)
on conflict do nothing
returning true
