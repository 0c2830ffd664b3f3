-- name: session
-- The till of a browser's cookie, with its shop, its program and its cashier.
-- $1 SHA-256 of the secret, $2 now
select id, organization_id, program_id, program, shop, till, staff_id, lower(who) as who
  from open_till($1, $2)

-- name: own_account
-- $1 program, $2 member's id or null, $3 kind and $4 value of an identifier or null, $5 purchase or
-- null, $6 staff, $7 the staff's e-mail in small letters
with about as (
    select $2::uuid as member_id
    union all
    select i.member_id from identifier i
     where i.program_id = $1::uuid and i.kind = $3::text and i.value = $4::text
    union all
    select a.member_id from activity a where a.program_id = $1::uuid and a.id = $5::uuid
), own as (
    select o.member_id from staff_own_member o
     where o.program_id = $1::uuid and o.staff_id = $6::uuid
    union
    select i.member_id from identifier i
     where i.program_id = $1::uuid and i.kind = 'email' and i.value = $7::text
), together as (
    select h.household_id from household_member h
     where h.program_id = $1::uuid and h.left_at is null
       and h.member_id in (select own.member_id from own)
)
select 1 from about
 where about.member_id in (select own.member_id from own)
    or exists (select from household_member h
                where h.program_id = $1::uuid and h.member_id = about.member_id
                  and h.left_at is null
                  and h.household_id in (select t.household_id from together t))
 limit 1
