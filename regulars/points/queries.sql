-- Reading what the causes were given.

-- name: given
select campaign, used from counter
 where program_id = $1::uuid and member_id = '00000000-0000-0000-0000-000000000000'
   and campaign = any ($2::text[]) and scope = 'given' and day = 0
