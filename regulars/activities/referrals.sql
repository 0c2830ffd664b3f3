-- Parts of the load statement (`load.sql`) for programs that reward who brings friends.

-- name: also_of_referrals
-- Who brought a member, as long as that is to be rewarded or the purchase for it comes back; and
-- whom the codes name.
union all
select r.referrer_id, false, false
  from unnest(array(select member_id from named union
                    select unnest($members::uuid[]))) as w (member_id)
 cross join lateral (select referrer_id from referral
                      where program_id = $program::uuid and friend_id = w.member_id
                        and status = 'open' limit 1) as r
union all
select r.referrer_id, true, true from referral r
 where r.program_id = $program::uuid and r.purchase_id = any ($activities::uuid[])
union all
select c.member_id, false, false
  from unnest($referral_codes::text[]) as w (code)
 cross join lateral (select member_id from referral_code
                      where program_id = $program::uuid and code = w.code limit 1) as c

-- name: referrals
select json_agg(json_build_array(
           r.friend_id, r.referrer_id, r.code, date_part('epoch', r.entered_at)::bigint, r.status,
           r.purchase_id, r.month, date_part('epoch', r.usable_at)::bigint, r.given::json,
           exists (select from household_member f
                     join household_member o on o.program_id = f.program_id
                                            and o.household_id = f.household_id
                                            and o.member_id = r.referrer_id and o.left_at is null
                    where f.program_id = $program::uuid and f.member_id = r.friend_id
                      and f.left_at is null),
           case when r.status <> 'refused' then (
               select coalesce(json_agg(json_build_array(n.month, n.friends)), '[]')
                 from (select month, count(*) as friends from referral
                        where program_id = $program::uuid and referrer_id = r.referrer_id
                          and status = 'rewarded' and paid
                        group by month) as n) end))
  from referral r
 where r.program_id = $program::uuid
   and (r.friend_id = any (array(select member_id from ids))
        or r.purchase_id = any ($activities::uuid[]))

-- name: referral_codes
select json_build_array(
    (select json_agg(json_build_array(i.member_id, i.value)) from identifier i
      where i.program_id = $program::uuid and i.member_id = any (array(select member_id from ids))
        and i.kind = 'email'),
    (select json_agg(json_build_array(
           c.code, c.member_id, c.chosen,
           (with recursive up as (
                select referrer_id, 1 as steps from referral
                 where program_id = $program::uuid and friend_id = c.member_id
                   and status <> 'refused'
                 union all
                select r.referrer_id, steps + 1
                  from up join referral r on r.program_id = $program::uuid
                                         and r.friend_id = up.referrer_id and r.status <> 'refused'
                 where steps < 100)
            select json_agg(referrer_id) from up)))
       from referral_code c
      where c.program_id = $program::uuid
        and (c.code = any ($referral_codes::text[])
             or c.member_id = any (array(select member_id from ids)))))

-- name: own_referral_lots
union
select o.id from lot o
 where l.every and o.program_id = $program::uuid and o.member_id = l.id
   and o.activity_id in (select unnest(r.prizes) from referral r
                          where r.program_id = $program::uuid
                            and r.purchase_id = any ($activities::uuid[]))

-- name: referral_vouchers
or issued_by = any (array(
    select unnest(r.prizes) from referral r
     where r.program_id = $program::uuid and r.purchase_id = any ($activities::uuid[])))
