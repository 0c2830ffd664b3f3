-- Reading progress without locking anything.

-- name: state
select p.state, m.joined_at, m.tier
  from (select extract(epoch from joined_at)::bigint as joined_at, tier from member
         where program_id = $1::uuid and id = $2::uuid) as m
  left join progress p on p.program_id = $1::uuid and p.member_id = $2::uuid

-- name: leaders
-- What was earned of an asset less what returns took back, of those who wished to be seen; each of
-- them is one range of the postings' index.
select * from (
    select rank() over (order by s.amount desc) as place, p.display_name, s.amount
      from player p
     cross join lateral (select status from member
                          where program_id = $1::uuid and id = p.member_id limit 1) as m
     cross join lateral (select coalesce(sum(amount), 0)::bigint as amount from posting
                          where program_id = $1::uuid and member_id = p.member_id
                            and asset = $2::text and against = 'issued'
                            and at >= to_timestamp($3::bigint)
                            and at < to_timestamp($4::bigint)) as s
     where p.program_id = $1::uuid and m.status = 'active' and s.amount > 0) as board
 order by place, display_name
 limit $5::integer
