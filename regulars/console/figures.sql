-- Today's figures, from projections and balances. Days are those of the program.

-- name: days
-- $1 program, $2 first day, $3 last day
select day, kind, activities, paid_minor from day_total
 where program_id = $1 and day between $2 and $3

-- name: members
-- $1 program, $2 beginning of today
select count(*), count(*) filter (where joined_at >= $2), count(*) filter (where last_purchase_at >= $2)
  from member where program_id = $1

-- name: assets
-- What is owed to the members, and what moved today: the end of the log, found by `posting_at`.
-- $1 program, $2 beginning of today, $3 now
select a.key, a.value::text, coalesce(b.balance, 0), coalesce(t.issued, 0), coalesce(t.redeemed, 0)
  from (select document from revision
         where program_id = $1 and effective_at <= $3 order by number desc limit 1) r
 cross join jsonb_each(r.document -> 'assets') a
  left join (select asset, sum(available + pending + held - owed)::bigint as balance
               from account where program_id = $1 group by asset) b on b.asset = a.key
  left join (select asset, sum(amount) filter (where against = 'issued')::bigint as issued,
                    -sum(amount) filter (where against = 'redeemed')::bigint as redeemed
               from posting
              where program_id = $1 and at >= $2
              group by asset) t on t.asset = a.key

-- name: shops_today
-- Of a person who works in certain shops. Ids ascend in time, so only today's rows are read.
-- $1 program, $2 first id of today, $3 shop ids, $4 beginning of today
select count(*), coalesce(sum(paid_minor), 0)::bigint, count(distinct member_id)
  from activity
 where program_id = $1 and id >= $2 and kind = 'purchase' and occurred_at >= $4
   and shop = any (select code from shop where id = any($3::uuid[]))

-- name: counted
-- What limited campaigns and rewards have used up in all, in rows of the program as a whole; and,
-- under no name, how many members each tier has. $1 program
select coalesce(jsonb_agg(jsonb_build_array(campaign, scope, used)), '[]')::text as counted
  from (select campaign, scope, used from counter
         where program_id = $1 and member_id = '00000000-0000-0000-0000-000000000000' and day = 0
           and (scope in ('total', 'budget_minor', 'budget_points')
                or campaign like 'reward:%' and (scope like 'in:%' or scope like 'at:%'))
        union all
        select '', tier, count(*) from member
         where program_id = $1 and status = 'active' group by tier) as w

-- name: running_out
-- Codes that nobody has yet: of rewards ($2, counted up to $3), and of lots of vouchers of which less
-- than one in ten is left. $4 now
select 'reward', w.reward, count(c.*), 0
  from unnest($2::text[], $3::integer[]) as w (reward, most)
  left join lateral (select from reward_code
                      where program_id = $1 and reward = w.reward and redemption_id is null
                        and (valid_until is null or valid_until > $4::timestamptz)
                      limit w.most + 1) as c on true
 group by w.reward
union all
select 'lot', l.name, u.unused, l.issued
  from voucher_lot l
 cross join lateral (select count(*) as unused
                       from (select from voucher
                              where program_id = $1 and lot = l.name and lot <> '' and uses_left > 0
                              limit l.issued / 10 + 1) as v) as u
 where l.program_id = $1 and l.state = 'active' and l.source <> 'public' and l.uses is not null
   and (l.valid_until is null or l.valid_until > $4::timestamptz) and u.unused * 10 <= l.issued

-- name: points_by_day
-- What each asset was issued, redeemed and expired by day: of sealed postings their sums, and those
-- of the last days that wait to be sealed, found by `posting_at`.
-- $1 program, $2 first day, $3 last day, $4 time zone, $5 beginning of yesterday, $6 end of today
select coalesce(jsonb_agg(jsonb_build_array(day, asset, against, amount)), '[]')::text as points
  from (select day, asset, against, sum(amount)::bigint as amount
          from (select day, asset, against, amount
                  from posting_day
                 where program_id = $1
                union all
                select (at at time zone $4)::date, asset, against, amount
                  from posting
                 where program_id = $1 and at between $5 and $6
                   and seq > coalesce((select last_seq from seal where program_id = $1
                                        order by no desc limit 1), 0)) as w
         where day between $2 and $3 and against in ('issued', 'redeemed', 'expired')
         group by day, asset, against) as d
