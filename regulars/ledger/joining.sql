-- The lots of one account at another one's holder, as `joining.py` says: $1 the program, $2 from
-- whom, $3 to whom, $4 the postings that emptied them.

-- name: lots
-- What is left is what the trace says: without what emptied it, less what was taken since.
insert into lot (program_id, member_id, id, activity_id, asset, amount, remaining, expired,
                 available_at, expires_at)
select l.program_id, $3::uuid, l.id, l.activity_id, l.asset, l.amount,
       l.amount - coalesce((select sum(u.amount) from lot_use u
                             where u.program_id = l.program_id and u.lot_id = l.id
                               and (u.member_id = $3::uuid
                                    or (u.member_id = $2::uuid
                                        and (u.posting_id is null
                                             or u.posting_id <> all ($4::uuid[]))))), 0),
       l.expired, l.available_at, l.expires_at
  from lot l
 where l.program_id = $1::uuid and l.member_id = $2::uuid

-- name: uses
insert into lot_use (program_id, member_id, lot_id, posting_id, hold_id, amount)
select program_id, $3::uuid, lot_id, posting_id, hold_id, amount
  from lot_use
 where program_id = $1::uuid and member_id = $2::uuid
   and (posting_id is null or posting_id <> all ($4::uuid[]))

-- name: holds
update hold
   set member_id = case when member_id = $2::uuid then $3::uuid else member_id end,
       taken_by = case when taken_by = $2::uuid then $3::uuid else taken_by end
 where program_id = $1::uuid and (member_id = $2::uuid or taken_by = $2::uuid)
