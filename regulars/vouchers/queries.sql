-- Reading vouchers and lots without locking them.

-- name: by_code
-- With how often this member has used it, where that is counted.
select v.code, v.definition, v.member_id, v.uses_left, extract(epoch from v.valid_from)::bigint,
       extract(epoch from v.valid_until)::bigint,
       v.blocked_at is not null or coalesce(l.state <> 'active', false), v.issued_by, v.campaign,
       l.per_member, coalesce(c.used, 0)
  from voucher v
  left join voucher_lot l on l.program_id = v.program_id and l.name = v.lot
  left join counter c on c.program_id = v.program_id and c.member_id = $3::uuid
                     and c.campaign = $4::text and c.scope = $5::text and c.day = 0
 where v.program_id = $1::uuid and v.code = $2::text

-- name: by_member
-- Those that can be used now or later, the first to expire first.
select v.code, v.definition, v.member_id, v.uses_left, extract(epoch from v.valid_from)::bigint,
       extract(epoch from v.valid_until)::bigint, false, v.issued_by, v.campaign, l.per_member
  from voucher v
  left join voucher_lot l on l.program_id = v.program_id and l.name = v.lot
 where v.program_id = $1::uuid and v.member_id = $2::uuid and coalesce(v.uses_left, 1) > 0
   and v.blocked_at is null and coalesce(l.state, 'active') = 'active'
   and (v.valid_until is null or v.valid_until > to_timestamp($3::bigint))
 order by v.valid_until nulls last, v.code
 limit 1000

-- name: lots
-- The newest first. $2 one name, or null for all.
select name, definition, source, state, issued, uses, per_member,
       extract(epoch from valid_from)::bigint, extract(epoch from valid_until)::bigint
  from voucher_lot
 where program_id = $1::uuid and ($2::text is null or name = $2::text)
 order by made_at desc, name
 limit 1000

-- name: lot_uses
-- How often the codes of a lot were used, holding quotes included; null where uses are not counted.
select sum(l.uses - v.uses_left)::bigint
  from voucher v
  join voucher_lot l on l.program_id = v.program_id and l.name = v.lot
 where v.program_id = $1::uuid and v.lot = $2::text and v.lot <> ''

-- name: lot_codes
-- A page of a lot's codes in their order, after a code.
select code, member_id, uses_left, valid_from, valid_until, blocked_at is not null
  from voucher
 where program_id = $1::uuid and lot = $2::text and lot <> '' and code > $3::text
 order by code
 limit $4::integer

-- name: taken
-- Which of these codes there are already.
select code from voucher where program_id = $1::uuid and code = any ($2::text[])

-- name: members
-- Whose these identifiers are.
select i.kind, i.value, i.member_id
  from unnest($2::text[], $3::text[]) as w (kind, value)
  join identifier i on i.program_id = $1::uuid and i.kind = w.kind and i.value = w.value

-- name: member_ids
select id from member where program_id = $1::uuid and id = any ($2::uuid[])

-- name: add_codes
-- Codes of a lot just recorded, with the members of some.
insert into voucher (program_id, code, definition, member_id, lot, uses_left, valid_from, valid_until)
select $1::uuid, w.code, $2::text, w.member_id, $3::text, $4::integer, $5::timestamptz, $6::timestamptz
  from unnest($7::text[], $8::uuid[]) as w (code, member_id)
