-- Reading what was taken of rewards.

-- name: taken
select member_id, campaign, scope, used from counter
 where program_id = $1::uuid and member_id = any ($2::uuid[]) and campaign = any ($3::text[])
   and day = 0

-- name: prepared
-- Open redemptions, the first to lapse first: what waits to be handed over.
select w.id, w.lapses_at, a.facts, a.member_id, a.shop, a.occurred_at, a.revision
  from (select h.activity_id as id, min(h.lapses_at) as lapses_at
          from hold h
         where h.program_id = $1::uuid and h.closed_at is null and h.lapses_at > $2::timestamptz
         group by h.activity_id
         order by min(h.lapses_at), h.activity_id
         limit 200) as w
  join activity a on a.program_id = $1::uuid and a.id = w.id
 where a.kind = 'redeem'
 order by w.lapses_at, w.id

-- name: redemption
select a.facts, a.member_id, a.shop, a.occurred_at, a.revision,
       (select min(h.lapses_at) from hold h
         where h.program_id = $1::uuid and h.activity_id = a.id and h.closed_at is null)
  from activity a
 where a.program_id = $1::uuid and a.id = $2::uuid and a.kind = 'redeem'
