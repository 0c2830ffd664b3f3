-- Rewards: what a batch loads of partners' codes, and what it writes of redemptions. Parts of the load
-- statement name their parameters, those of the write statement number them.

-- name: reward_codes
-- Free codes of rewards, and those of redemptions, whose members are locked. Who waited for the lock
-- of a code that was taken meanwhile gets the next one.
select json_build_array(
    (select json_agg(json_build_array(w.reward, json_build_array(
                c.no, c.code, date_part('epoch', c.valid_until)::bigint)) order by w.reward, c.no)
       from unnest($code_rewards::text[], $code_counts::integer[]) as w (reward, wanted)
      cross join lateral (select * from reward_code
                           where program_id = $program::uuid and reward = w.reward
                             and redemption_id is null
                             and (valid_until is null
                                  or valid_until > to_timestamp($now::bigint))
                           order by no limit w.wanted for update) as c),
    (select json_agg(json_build_array(redemption_id, json_build_array(
                no, code, date_part('epoch', valid_until)::bigint)))
       from reward_code
      where program_id = $program::uuid and redemption_id = any ($holds::uuid[])))

-- name: redemption
insert into redemption (program_id, id, member_id, reward, place, state, deliver_to, taken_at,
                        changed_at, lapses_at)
select $1::uuid, id, member_id, reward, place, state, deliver_to, to_timestamp(at),
       to_timestamp(at), to_timestamp(lapses)
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
              $9::bigint[])
       as w (id, member_id, reward, place, state, deliver_to, at, lapses)

-- name: redemption_step
-- What became of redemptions; of those that came to nothing the code is there for others.
with freed as (
    update reward_code c set redemption_id = null
      from unnest($2::uuid[], $3::text[]) as w (id, state)
     where c.program_id = $1::uuid and c.redemption_id = w.id and w.state in ('voided', 'lapsed')
)
update redemption r
   set state = w.state, changed_at = to_timestamp(w.at), 
       lapses_at = case when w.state = 'ready' then r.lapses_at end,
       sent_by = case when w.sent_by = '' then r.sent_by else w.sent_by end,
       tracking = case when w.tracking = '' then r.tracking else w.tracking end
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[])
       as w (id, state, at, sent_by, tracking)
 where r.program_id = $1::uuid and r.id = w.id

-- name: reward_code_taken
update reward_code c set redemption_id = w.redemption
  from unnest($2::text[], $3::bigint[], $4::uuid[]) as w (reward, no, redemption)
 where c.program_id = $1::uuid and c.reward = w.reward and c.no = w.no
