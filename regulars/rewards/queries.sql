-- Reading what was taken of rewards.

-- name: taken
select member_id, campaign, scope, used from counter
 where program_id = $1::uuid and member_id = any ($2::uuid[]) and campaign = any ($3::text[])
   and day = 0
