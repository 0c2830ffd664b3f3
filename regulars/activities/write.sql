-- Everything a batch changes, set-based: each part takes arrays, the parts a batch needs become one
-- statement (see `unit.py`). Parameters are numbered within the part.

-- name: activity
insert into activity (program_id, id, member_id, kind, occurred_at, recorded_at, shop, till, receipt,
                      revision, refers_to, list_minor, paid_minor, facts, decision, answer)
select $1::uuid, id, member_id, kind, to_timestamp(occurred), to_timestamp(recorded), shop, till,
       receipt, revision, refers_to, list_minor, paid_minor, facts, decision, answer
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
              $9::text[], $10::integer[], $11::uuid[], $12::bigint[], $13::bigint[], $14::varchar[],
              $15::varchar[], $16::varchar[])
       as w (id, member_id, kind, occurred, recorded, shop, till, receipt, revision, refers_to,
             list_minor, paid_minor, facts, decision, answer)
returning program_id, id, kind

-- name: activity_outbox
insert into outbox (program_id, id, activity_id, topic)
select program_id, id, id, kind from activity_part

-- name: idempotency
insert into idempotency (program_id, key, digest, activity_id)
select $1::uuid, * from unnest($2::text[], $3::bytea[], $4::uuid[])

-- name: product_price
-- A list price, where it is another than the one in force at its instant. Told again for the same
-- instant it is corrected.
insert into product_price (program_id, sku, shop, from_at, price_minor, recorded_at)
select $1::uuid, w.sku, w.shop, to_timestamp(w.at), w.price_minor, to_timestamp(w.recorded)
  from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
       as w (sku, shop, at, price_minor, recorded)
 where w.price_minor is distinct from (
           select o.price_minor from product_price o
            where o.program_id = $1::uuid and o.sku = w.sku and o.shop = w.shop
              and o.from_at <= to_timestamp(w.at)
            order by o.from_at desc limit 1)
 order by w.sku, w.shop, w.at
on conflict (program_id, sku, shop, from_at) do update set price_minor = excluded.price_minor

-- name: counter
insert into counter as c (program_id, member_id, campaign, scope, day, used)
select $1::uuid, * from unnest($2::uuid[], $3::text[], $4::text[], $5::integer[], $6::bigint[])
on conflict (program_id, member_id, campaign, scope, day) do update set used = excluded.used

-- name: counter_delta
update counter c
   set used = greatest(0, c.used + w.by)
  from unnest($2::uuid[], $3::text[], $4::text[], $5::integer[], $6::bigint[])
       as w (member_id, campaign, scope, day, by)
 where c.program_id = $1::uuid and c.member_id = w.member_id and c.campaign = w.campaign
   and c.scope = w.scope and c.day = w.day

-- name: member
update member m
   set purchases = w.purchases, spend_minor = w.spend_minor,
       first_purchase_at = to_timestamp(w.first_at), last_purchase_at = to_timestamp(w.last_at),
       tier = w.tier, version = m.version + 1
  from unnest($2::uuid[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
       as w (id, purchases, spend_minor, first_at, last_at, tier)
 where m.program_id = $1::uuid and m.id = w.id

-- name: member_standing
update member m
   set standing = w.standing, tier_due_at = to_timestamp(w.due)
  from unnest($2::uuid[], $3::text[], $4::bigint[]) as w (id, standing, due)
 where m.program_id = $1::uuid and m.id = w.id

-- name: tier_change
insert into tier_change (program_id, member_id, id, at, tier, before, reason, activity_id, actor,
                         note, given, until_at)
select $1::uuid, member_id, id, to_timestamp(at), tier, before, reason, activity_id, actor, note,
       given, to_timestamp(until)
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::uuid[],
              $9::text[], $10::text[], $11::text[], $12::bigint[])
       as w (member_id, id, at, tier, before, reason, activity_id, actor, note, given, until)

-- name: qualified_day
insert into qualified_day as d (program_id, member_id, asset, day, points)
select $1::uuid, member_id, asset, date '1970-01-01' + day, points
  from unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[])
       as w (member_id, asset, day, points)
on conflict (program_id, member_id, asset, day) do update set points = d.points + excluded.points

-- name: qualified_day_less
update qualified_day d
   set points = greatest(0, d.points + w.points)
  from unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[])
       as w (member_id, asset, day, points)
 where d.program_id = $1::uuid and d.member_id = w.member_id and d.asset = w.asset
   and d.day = date '1970-01-01' + w.day

-- name: member_day
insert into member_day as d (program_id, member_id, day, visits, spend_minor)
select $1::uuid, member_id, date '1970-01-01' + day, visits, spend_minor
  from unnest($2::uuid[], $3::integer[], $4::integer[], $5::bigint[])
       as w (member_id, day, visits, spend_minor)
 where visits >= 0 and spend_minor >= 0
on conflict (program_id, member_id, day)
do update set visits = d.visits + excluded.visits, spend_minor = d.spend_minor + excluded.spend_minor

-- name: member_day_less
update member_day d
   set visits = d.visits + w.visits, spend_minor = d.spend_minor + w.spend_minor
  from unnest($2::uuid[], $3::integer[], $4::integer[], $5::bigint[])
       as w (member_id, day, visits, spend_minor)
 where d.program_id = $1::uuid and d.member_id = w.member_id
   and d.day = date '1970-01-01' + w.day

-- name: member_unvisited
-- A purchase all of which came back is no visit: the first and the last are found anew. What lies in
-- detached months cannot come back: a first one of that time stays.
update member m
   set first_purchase_at = coalesce(before.first_at, kept.first_at),
       last_purchase_at = coalesce(kept.last_at, before.first_at)
  from unnest($2::uuid[]) as w (id)
 cross join lateral (
           select min(a.occurred_at) as first_at, max(a.occurred_at) as last_at
             from activity a
            where a.program_id = $1::uuid and a.member_id = w.id and a.kind = 'purchase'
              and (select true from activity r
                    where r.program_id = $1::uuid and r.refers_to = a.id
                      and r.kind = 'return' and (r.facts::jsonb -> 2)::boolean
                    limit 1) is null) as kept
 cross join lateral (
           select min(o.first_purchase_at) as first_at from member o
            where o.program_id = $1::uuid and o.id = w.id
              and o.first_purchase_at < (select max(until_at) from month_detached)) as before
 where m.program_id = $1::uuid and m.id = w.id

-- name: progress
insert into progress as p (program_id, member_id, state, prizes, badges)
select $1::uuid, member_id, state, string_to_array(prizes, ',')::uuid[], string_to_array(badges, ',')
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as w (member_id, state, prizes, badges)
on conflict (program_id, member_id)
do update set state = excluded.state, prizes = excluded.prizes, badges = excluded.badges

-- name: referral_code
insert into referral_code (program_id, code, member_id, chosen)
select $1::uuid, * from unnest($2::text[], $3::uuid[], $4::boolean[])

-- name: referral
insert into referral as r (program_id, friend_id, referrer_id, code, entered_at, status, purchase_id,
                           month, usable_at, paid, prizes, given)
select $1::uuid, friend_id, referrer_id, code, to_timestamp(entered), status, purchase_id, month,
       to_timestamp(usable), paid, string_to_array(prizes, ',')::uuid[], given
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::uuid[], $8::integer[],
              $9::bigint[], $10::boolean[], $11::text[], $12::text[])
       as w (friend_id, referrer_id, code, entered, status, purchase_id, month, usable, paid, prizes,
             given)
on conflict (program_id, friend_id)
do update set status = excluded.status, purchase_id = excluded.purchase_id, month = excluded.month,
              usable_at = excluded.usable_at, paid = excluded.paid, prizes = excluded.prizes,
              given = excluded.given

-- name: player
insert into player (program_id, member_id, display_name, since_at)
select $1::uuid, member_id, display_name, to_timestamp(since)
  from unnest($2::uuid[], $3::text[], $4::bigint[]) as w (member_id, display_name, since)
on conflict (program_id, member_id) do update set display_name = excluded.display_name

-- name: player_gone
delete from player p using unnest($2::uuid[]) as w (member_id)
 where p.program_id = $1::uuid and p.member_id = w.member_id

-- name: new_member
insert into member (program_id, id, party_id, attributes, segments, tier, joined_at, registered_at)
select $1::uuid, id, null, attributes::jsonb, '{}', '', to_timestamp(joined), to_timestamp(registered)
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) as w (id, attributes, joined, registered)

-- name: member_profile
-- Of who left, nothing is kept that was told.
update member m
   set attributes = case when w.status in ('closed', 'merged', 'erased') then '{}' else m.attributes end
                    || w.attributes::jsonb,
       status = w.status,
       registered_at = coalesce(m.registered_at, to_timestamp(w.registered))
  from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) as w (id, attributes, status, registered)
 where m.program_id = $1::uuid and m.id = w.id

-- name: identifier
insert into identifier (program_id, kind, value, member_id, since_at)
select $1::uuid, kind, value, member_id, to_timestamp(since)
  from unnest($2::text[], $3::text[], $4::uuid[], $5::bigint[]) as w (kind, value, member_id, since)

-- name: identifier_status
update identifier i
   set status = w.status, ended_at = to_timestamp(w.ended), replaced_by = nullif(w.replaced_by, '')
  from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
       as w (kind, value, status, ended, replaced_by)
 where i.program_id = $1::uuid and i.kind = w.kind and i.value = w.value

-- name: household
insert into household (program_id, id, kind, founded_at, dissolved_at)
select $1::uuid, id, kind, to_timestamp(founded), to_timestamp(dissolved)
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) as w (id, kind, founded, dissolved)
on conflict (program_id, id) do update set dissolved_at = excluded.dissolved_at

-- name: household_member
insert into household_member (program_id, household_id, member_id, role, joined_at, left_at)
select $1::uuid, household, member, role, to_timestamp(joined), to_timestamp(left_at)
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[])
       as w (household, member, role, joined, left_at)
on conflict (program_id, member_id, household_id, joined_at)
do update set role = excluded.role, left_at = excluded.left_at

-- name: household_invitation
insert into household_invitation (program_id, household_id, member_id, role, invited_by, lapses_at,
                                  outcome)
select $1::uuid, household, member, role, invited_by, to_timestamp(lapses), outcome
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::text[])
       as w (household, member, role, invited_by, lapses, outcome)
on conflict (program_id, household_id, member_id)
do update set role = excluded.role, invited_by = excluded.invited_by,
              lapses_at = excluded.lapses_at, outcome = excluded.outcome

-- name: card_batch
-- A batch of cards that were made elsewhere, or more cards for it.
insert into card_batch as b (program_id, id, name, symbology, numbering, activation, size, design,
                             made_by, made_at, activated_at)
select $1::uuid, id, name, 'qr', 'imported', 'first_use', size, design::jsonb, made_by,
       to_timestamp(at), to_timestamp(at)
  from unnest($2::uuid[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::bigint[])
       as w (id, name, size, design, made_by, at)
on conflict (program_id, id) do update set size = b.size + excluded.size

-- name: card_made
-- Cards of such batches, in the order in which they come.
insert into card (program_id, number, batch_id, position, ended, ended_at)
select $1::uuid, w.number, w.batch,
       (select coalesce(max(c.position), 0) from card c
         where c.program_id = $1::uuid and c.batch_id = w.batch)
       + row_number() over (partition by w.batch order by w.place),
       nullif(w.ended, ''), case when w.ended <> '' then to_timestamp(w.at) end
  from unnest($2::text[], $3::uuid[], $4::text[], $5::bigint[])
       with ordinality as w (number, batch, ended, at, place)

-- name: card_ended
update card c
   set ended = w.state, ended_at = to_timestamp(w.at)
  from unnest($2::text[], $3::text[], $4::bigint[]) as w (number, state, at)
 where c.program_id = $1::uuid and c.number = w.number

-- name: card_secret
insert into card_secret as s (program_id, number, secret, since_at)
select $1::uuid, number, secret, to_timestamp(since)
  from unnest($2::text[], $3::bytea[], $4::bigint[]) as w (number, secret, since)
on conflict (program_id, number)
do update set secret = excluded.secret, since_at = excluded.since_at

-- name: card_pass
insert into card_pass (program_id, serial, number, platform, token, made_at, changed_at)
select $1::uuid, serial, number, platform, token, to_timestamp(made), to_timestamp(made)
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[])
       as w (serial, number, platform, token, made)
on conflict (program_id, number, platform) do nothing

-- name: voucher
insert into voucher (program_id, code, definition, member_id, issued_by, campaign, uses_left,
                     valid_from, valid_until, blocked_at, lot)
select $1::uuid, code, definition, member_id, issued_by, campaign, uses, to_timestamp(valid_from),
       to_timestamp(valid_until), to_timestamp(blocked), lot
  from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::integer[],
              $8::bigint[], $9::bigint[], $10::bigint[], $11::text[])
       as w (code, definition, member_id, issued_by, campaign, uses, valid_from, valid_until,
             blocked, lot)

-- name: voucher_lot
insert into voucher_lot (program_id, name, definition, source, state, issued, uses, per_member,
                         valid_from, valid_until, digest, made_at)
select $1::uuid, name, definition, source, state, issued, uses, per_member,
       to_timestamp(valid_from), to_timestamp(valid_until), decode(digest, 'hex'), to_timestamp(made)
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::integer[],
              $8::integer[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[])
       as w (name, definition, source, state, issued, uses, per_member, valid_from, valid_until,
             digest, made)

-- name: voucher_lot_state
update voucher_lot l set state = w.state
  from unnest($2::text[], $3::text[]) as w (name, state)
 where l.program_id = $1::uuid and l.name = w.name

-- name: voucher_uses
update voucher v
   set uses_left = w.uses, blocked_at = coalesce(v.blocked_at, to_timestamp(w.blocked))
  from unnest($2::text[], $3::integer[], $4::bigint[]) as w (code, uses, blocked)
 where v.program_id = $1::uuid and v.code = w.code

-- name: voucher_delta
update voucher v
   set uses_left = v.uses_left + w.by
  from unnest($2::text[], $3::integer[]) as w (code, by)
 where v.program_id = $1::uuid and v.code = w.code

-- name: quote
insert into quote (program_id, id, member_id, promised, lapses_at)
select $1::uuid, id, member_id, promised, to_timestamp(lapses)
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[]) as w (id, member_id, promised, lapses)

-- name: quote_closed
update quote q
   set closed_at = to_timestamp(w.closed), outcome = w.outcome
  from unnest($2::uuid[], $3::bigint[], $4::text[]) as w (id, closed, outcome)
 where q.program_id = $1::uuid and q.id = w.id

-- name: gift_card
insert into gift_card (program_id, id, code, pin, definition, state, expires_at, sold_at)
select $1::uuid, id, code, pin, definition, state, to_timestamp(expires), to_timestamp(sold)
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
       as w (id, code, pin, definition, state, expires, sold)

-- name: gift_card_change
update gift_card c
   set state = w.state, expires_at = to_timestamp(w.expires), version = c.version + 1
  from unnest($2::uuid[], $3::text[], $4::bigint[]) as w (id, state, expires)
 where c.program_id = $1::uuid and c.id = w.id

-- name: gift_card_load
insert into gift_card_load (program_id, activity_id, line, card_id, amount)
select $1::uuid, * from unnest($2::uuid[], $3::integer[], $4::uuid[], $5::bigint[])

-- name: consent
insert into consent (program_id, member_id, id, consent, purpose, channel, given, text_version,
                     revision, language, actor, activity_id, at)
select $1::uuid, member_id, id, consent, purpose, channel, given, text_version, revision, language,
       actor, activity_id, to_timestamp(at)
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[],
              $8::text[], $9::integer[], $10::text[], $11::text[], $12::uuid[], $13::bigint[])
       as w (member_id, id, consent, purpose, channel, given, text_version, revision, language,
             actor, activity_id, at)

-- name: webhook_endpoint
insert into webhook_endpoint (organization_id, id, url, topics, description, secret, created_at)
select w.organization_id, w.id, w.url, coalesce(string_to_array(nullif(w.topics, ''), ','), '{}'),
       w.description, w.secret, to_timestamp(w.at)
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
       as w (organization_id, id, url, topics, description, secret, at)

-- name: webhook_secret
update webhook_endpoint e
   set old_secret = e.secret, old_secret_until = to_timestamp(w.until), secret = w.secret
  from unnest($2::uuid[], $3::text[], $4::bigint[]) as w (id, secret, until)
 where e.id = w.id

-- name: webhook_off
update webhook_endpoint e set disabled_at = to_timestamp(w.at), disabled_because = 'by_hand'
  from unnest($2::uuid[], $3::bigint[]) as w (id, at)
 where e.id = w.id and e.disabled_at is null

-- name: webhook_bury
-- What was on its way to an endpoint that is no more asked is kept, and can be sent again later.
update webhook_delivery d
   set state = 'dead', ended_at = to_timestamp(w.at), taken_until = null,
       last_error = case when d.last_error = '' then 'the endpoint was disabled'
                         else d.last_error end
  from unnest($2::uuid[], $3::bigint[]) as w (id, at)
 where d.endpoint_id = w.id and d.state = 'waiting'

-- name: webhook_on
update webhook_endpoint e
   set disabled_at = null, disabled_because = '', failures = 0, failing_since = null,
       resume_at = null
  from unnest($2::uuid[]) as w (id)
 where e.id = w.id

-- name: webhook_replay
-- Behind all that waits for the member by now.
update webhook_delivery d
   set state = 'waiting', seq = default, attempts = 0, taken_until = null, ended_at = null,
       due_at = to_timestamp(w.at), give_up_at = to_timestamp(w.until)
  from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) as w (id, delivery, at, until)
 where d.endpoint_id = w.id
   and (d.id = w.delivery and d.state <> 'waiting' or w.delivery is null and d.state = 'dead')
