-- Reading vouchers without locking them.

-- name: by_code
select code, definition, member_id, uses_left, extract(epoch from valid_from)::bigint,
       extract(epoch from valid_until)::bigint, blocked_at is not null, issued_by, campaign
  from voucher
 where program_id = $1::uuid and code = $2::text

-- name: by_member
-- Those that can be used now or later, the first to expire first.
select code, definition, member_id, uses_left, extract(epoch from valid_from)::bigint,
       extract(epoch from valid_until)::bigint, blocked_at is not null, issued_by, campaign
  from voucher
 where program_id = $1::uuid and member_id = $2::uuid and uses_left > 0 and blocked_at is null
   and (valid_until is null or valid_until > to_timestamp($3::bigint))
 order by valid_until nulls last, code
 limit 1000
