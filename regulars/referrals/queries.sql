-- Reading referrals without locking anything.

-- name: codes
select code, chosen from referral_code
 where program_id = $1::uuid and member_id = $2::uuid order by chosen desc, code

-- name: referrals
-- Those a member brought, and the one by which the member came.
select friend_id = $2::uuid as own, extract(epoch from entered_at)::bigint, status,
       extract(epoch from usable_at)::bigint, paid, month
  from referral
 where program_id = $1::uuid and (referrer_id = $2::uuid or friend_id = $2::uuid)
 order by entered_at, friend_id
