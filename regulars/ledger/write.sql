-- The ledger's parts of a batch's one write statement; parameters are numbered within the part.

-- name: posting
insert into posting (program_id, id, member_id, activity_id, kind, at, asset, amount, against)
select $1::uuid, id, member_id, activity_id, kind, to_timestamp(at), asset, amount, against
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::bigint[],
              $9::text[])
       as w (id, member_id, activity_id, kind, at, asset, amount, against)

-- name: credit
-- Postings that open a lot each: written twice from the same rows, by the two parts that follow.
select * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[],
                     $8::bigint[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[],
                     $13::bigint[])
         as w (id, member_id, activity_id, kind, at, asset, amount, against, remaining, expired,
               available, expires)

-- name: credit_posting
insert into posting (program_id, id, member_id, activity_id, kind, at, asset, amount, against)
select $1::uuid, id, member_id, activity_id, kind, to_timestamp(at), asset, amount, against
  from credit_part

-- name: credit_lot
insert into lot (program_id, member_id, id, activity_id, asset, amount, remaining, expired,
                 available_at, expires_at)
select $1::uuid, member_id, id, activity_id, asset, amount, remaining, expired,
       to_timestamp(available), to_timestamp(expires)
  from credit_part

-- name: lot
-- Lots that are found by another cause than the activity of their posting.
insert into lot (program_id, member_id, id, activity_id, asset, amount, remaining, expired,
                 available_at, expires_at)
select $1::uuid, member_id, id, activity_id, asset, amount, remaining, expired,
       to_timestamp(available), to_timestamp(expires)
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[],
              $8::bigint[], $9::bigint[], $10::bigint[])
       as w (id, member_id, activity_id, asset, amount, remaining, expired, available, expires)

-- name: lot_change
update lot l
   set remaining = w.remaining, expired = w.expired
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) as w (member_id, id, remaining, expired)
 where l.program_id = $1::uuid and l.member_id = w.member_id and l.id = w.id

-- name: lot_terms
update lot l
   set available_at = to_timestamp(w.available), expires_at = to_timestamp(w.expires)
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
       as w (member_id, id, available, expires)
 where l.program_id = $1::uuid and l.member_id = w.member_id and l.id = w.id

-- name: lot_prolonged
-- Every lot that is still good, and those of open holds that were when the holds were made.
update lot l
   set expires_at = to_timestamp(w.until)
  from (select w.member_id, o.id, w.until, w.as_of
          from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
               as w (member_id, asset, until, as_of)
         cross join lateral (select id from lot
                              where program_id = $1::uuid and member_id = w.member_id
                                and asset = w.asset and remaining > 0
                              union
                             select unnest(lots) from hold
                              where program_id = $1::uuid and member_id = w.member_id
                                and asset = w.asset and closed_at is null) as o) as w
 where l.program_id = $1::uuid and l.member_id = w.member_id and l.id = w.id
   and l.expires_at > to_timestamp(w.as_of) and l.expires_at < to_timestamp(w.until)

-- name: lot_use
insert into lot_use (program_id, member_id, lot_id, posting_id, hold_id, amount)
select $1::uuid, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[])

-- name: account
insert into account as a (program_id, holder_id, asset, pending, available, held, owed, as_of, next_due_at)
select $1::uuid, holder_id, asset, pending, available, held, owed, to_timestamp(as_of),
       to_timestamp(next_due)
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
              $8::bigint[], $9::bigint[])
       as w (holder_id, asset, pending, available, held, owed, as_of, next_due)
on conflict (program_id, holder_id, asset)
do update set pending = excluded.pending, available = excluded.available, held = excluded.held,
              owed = excluded.owed, as_of = excluded.as_of, next_due_at = excluded.next_due_at

-- name: hold
insert into hold (program_id, id, member_id, activity_id, asset, amount, lots, amounts, lapses_at,
                  reward, taken_by)
select $1::uuid, id, member_id, activity_id, asset, amount,
       string_to_array(lots, ',')::uuid[], string_to_array(amounts, ',')::bigint[],
       to_timestamp(lapses), reward, taken_by
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[],
              $9::bigint[], $10::text[], $11::uuid[])
       as w (id, member_id, activity_id, asset, amount, lots, amounts, lapses, reward, taken_by)

-- name: hold_closed
update hold h
   set closed_at = to_timestamp(w.closed), outcome = w.outcome
  from unnest($2::uuid[], $3::bigint[], $4::text[]) as w (id, closed, outcome)
 where h.program_id = $1::uuid and h.id = w.id
