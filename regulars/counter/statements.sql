-- name: open
-- $1 organization, $2 id, $3 program, $4 shop, $5 till, $6 staff, $7 who, $8 digest, $9 opened_at,
-- $10 expires_at
insert into till_session (organization_id, id, program_id, shop_id, till, staff_id, who, digest,
                          opened_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: find
-- $1 digest, $2 now
select id, organization_id, program_id, program, shop, shop_name, till, staff_id, who, expires_at
  from open_till($1, $2)

-- name: close
-- $1 organization, $2 id, $3 now
update till_session set closed_at = $3
 where organization_id = $1 and id = $2 and closed_at is null
