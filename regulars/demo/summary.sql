-- What the year gave and cost.

-- name: totals
select (select count(*) from activity where program_id = $1::uuid and kind = 'purchase'),
       (select count(*) from activity where program_id = $1::uuid and kind = 'return'),
       (select count(*) from member where program_id = $1::uuid),
       (select coalesce(sum(list_minor), 0)::bigint from activity
         where program_id = $1::uuid and kind in ('purchase', 'return')),
       (select coalesce(sum(paid_minor), 0)::bigint from activity
         where program_id = $1::uuid and kind in ('purchase', 'return')),
       (select coalesce(sum(list_minor - paid_minor), 0)::bigint from activity
         where program_id = $1::uuid and kind = 'purchase')

-- name: points
-- By asset: issued (less what returns took back), spent, expired; and what is there now.
select a.asset, p.issued, p.spent, p.expired, a.pending, a.available, a.held, a.owed
  from (select asset, sum(pending)::bigint as pending, sum(available)::bigint as available,
               sum(held)::bigint as held, sum(owed)::bigint as owed
          from account where program_id = $1::uuid group by asset) as a
  join (select asset,
               coalesce(sum(amount) filter (where against = 'issued'), 0)::bigint as issued,
               coalesce(-sum(amount) filter (where against = 'redeemed'), 0)::bigint as spent,
               coalesce(-sum(amount) filter (where against = 'expired'), 0)::bigint as expired
          from posting where program_id = $1::uuid group by asset) as p
 using (asset)
 order by a.asset

-- name: tiers
select tier, count(*) from member where program_id = $1::uuid group by tier order by count(*) desc

-- name: vouchers
select definition, count(*), count(*) filter (where uses_left = 0 and blocked_at is null),
       count(*) filter (where blocked_at is not null)
  from voucher where program_id = $1::uuid group by definition order by definition

-- name: some_purchases
select id from activity
 where program_id = $1::uuid and kind = 'purchase' and member_id is not null
 order by md5(id::text) limit $2::integer
