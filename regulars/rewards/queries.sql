-- Reading what there is of rewards, what was taken, and what waits to be handed over.

-- name: taken
-- $2 whose counters: everybody's and the member's
select member_id, campaign, scope, used from counter
 where program_id = $1::uuid and member_id = any ($2::uuid[]) and campaign = any ($3::text[])
   and day = 0

-- name: beside
-- Free codes of rewards ($2), counted up to $4, and pictures. $3 now
select w.reward,
       (select count(*) from (select from reward_code c
                               where c.program_id = $1::uuid and c.reward = w.reward
                                 and c.redemption_id is null
                                 and (c.valid_until is null or c.valid_until > $3::timestamptz)
                               limit $4::bigint) as free),
       coalesce(p.digest, '')
  from unnest($2::text[]) as w (reward)
  left join reward_picture p on p.program_id = $1::uuid and p.reward = w.reward

-- name: about
-- What conditions ask about a member ($2), and what the others of the household have available of
-- the assets $3 that are used together.
select m.attributes::text, m.tier, m.segments, date_part('epoch', m.joined_at)::bigint, m.purchases,
       m.spend_minor,
       (select json_agg(json_build_array(b.asset, b.available))
          from household_member own
          join household_member o on o.program_id = $1::uuid and o.household_id = own.household_id
                                 and o.left_at is null and o.member_id <> own.member_id
          join member other on other.program_id = $1::uuid and other.id = o.member_id
                           and other.status = 'active'
          join account b on b.program_id = $1::uuid and b.holder_id = o.member_id
         where own.program_id = $1::uuid and own.member_id = m.id and own.left_at is null
           and b.asset = any ($3::text[]))::text
  from member m where m.program_id = $1::uuid and m.id = $2::uuid

-- name: waiting
-- What waits to be handed over, the most urgent first. $2 state or nothing for all, $3 place or
-- nothing, $4 now
select r.id, r.reward, r.state, r.place, r.deliver_to <> '', r.taken_at, r.lapses_at, r.member_id
  from redemption r
 where r.program_id = $1::uuid and r.state in ('to_prepare', 'ready')
   and ($2::text = '' or r.state = $2::text) and ($3::text = '' or r.place = $3::text)
   and r.lapses_at > $4::timestamptz
 order by r.lapses_at, r.id
 limit 200

-- name: lately
-- What was handed over, sent or brought back, the last one first. $2 state or nothing
select r.id, r.reward, r.state, r.place, r.deliver_to <> '', r.taken_at, r.changed_at, r.member_id
  from redemption r
 where r.program_id = $1::uuid and r.state not in ('to_prepare', 'ready')
   and ($2::text = '' or r.state = $2::text)
 order by r.id desc
 limit 100

-- name: redemption
select r.id, r.member_id, r.reward, r.place, r.state, r.deliver_to, r.sent_by, r.tracking,
       r.taken_at, r.changed_at, r.lapses_at, a.facts, a.revision, a.shop
  from redemption r
  join activity a on a.program_id = r.program_id and a.id = r.id
 where r.program_id = $1::uuid and r.id = $2::uuid

-- name: steps
-- What happened to a redemption since it was taken.
select a.kind, a.occurred_at, a.shop, a.till, a.facts
  from activity a
 where a.program_id = $1::uuid and a.refers_to = $2::uuid
 order by a.id

-- name: of_member
-- What a member took, the last one first; $3 only what waits
select r.id, r.reward, r.state, r.taken_at, r.place, r.lapses_at, r.sent_by, r.tracking, a.facts,
       a.answer, c.code, c.valid_until
  from redemption r
  join activity a on a.program_id = r.program_id and a.id = r.id
  left join reward_code c on c.program_id = r.program_id and c.redemption_id = r.id
 where r.program_id = $1::uuid and r.member_id = $2::uuid
   and (not $3::boolean or r.state in ('to_prepare', 'ready') and r.lapses_at > $4::timestamptz)
 order by r.id desc
 limit 50

-- name: bring_in
-- $3 codes as stored, $4 their digests, $5 the name of the list, $6 until when they are good, $7 now
with added as (
    insert into reward_code (program_id, reward, code, digest, list, valid_until, brought_at)
    select $1::uuid, $2::text, w.code, w.digest, $5::text, $6::timestamptz, $7::timestamptz
      from unnest($3::text[], $4::bytea[]) with ordinality as w (code, digest, place)
     order by w.place
    on conflict (program_id, reward, digest) do nothing
    returning 1
)
select count(*) from added

-- name: lists
-- The lists of codes of a reward ($2): how many are in them, handed out, too old. $3 now
select list, count(*), count(redemption_id),
       count(*) filter (where redemption_id is null and valid_until <= $3::timestamptz),
       max(valid_until), min(brought_at)
  from reward_code where program_id = $1::uuid and reward = $2::text
 group by list order by min(no) desc

-- name: put_picture
insert into reward_picture (program_id, reward, digest, width, height, content, made_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (program_id, reward)
do update set digest = excluded.digest, width = excluded.width, height = excluded.height,
              content = excluded.content, made_at = excluded.made_at

-- name: drop_picture
delete from reward_picture where program_id = $1::uuid and reward = $2::text

-- name: picture
select content from reward_picture where program_id = $1::uuid and digest = $2::text limit 1
