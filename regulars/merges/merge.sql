-- What becomes of the rows of a member ($2) who is merged into another ($3), table by table; the
-- rules in words are in regulars/privacy/catalogue.toml. Both members are locked. Run in this order,
-- after everything else of the transaction was written.

-- name: vouchers
update voucher set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: redemptions
update redemption set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: quotes
-- An open one keeps what it promises by member, too.
update quote set member_id = $3::uuid, promised = replace(promised, $2::uuid::text, $3::uuid::text)
 where program_id = $1::uuid and member_id = $2::uuid

-- name: counters
with gone as (
    delete from counter where program_id = $1::uuid and member_id = $2::uuid returning *
)
insert into counter as c (program_id, member_id, campaign, scope, day, used)
select program_id, $3::uuid, campaign, scope, day, used from gone
on conflict (program_id, member_id, campaign, scope, day) do update set used = c.used + excluded.used

-- name: days
with gone as (
    delete from member_day where program_id = $1::uuid and member_id = $2::uuid returning *
)
insert into member_day as d (program_id, member_id, day, visits, spend_minor)
select program_id, $3::uuid, day, visits, spend_minor from gone
on conflict (program_id, member_id, day)
do update set visits = d.visits + excluded.visits, spend_minor = d.spend_minor + excluded.spend_minor

-- name: qualified
with gone as (
    delete from qualified_day where program_id = $1::uuid and member_id = $2::uuid returning *
)
insert into qualified_day as d (program_id, member_id, asset, day, points)
select program_id, $3::uuid, asset, day, points from gone
on conflict (program_id, member_id, asset, day) do update set points = d.points + excluded.points

-- name: activities
update activity set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: progress
delete from progress where program_id = $1::uuid and member_id = $2::uuid and $3::uuid is not null

-- name: player
with gone as (
    delete from player where program_id = $1::uuid and member_id = $2::uuid returning *
)
insert into player (program_id, member_id, display_name, since_at)
select program_id, $3::uuid, display_name, since_at from gone
on conflict do nothing

-- name: referral_codes
update referral_code set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: referral_of_both
-- Who brought themselves brought nobody.
update referral set status = 'closed'
 where program_id = $1::uuid and status = 'open'
   and ((friend_id = $2::uuid and referrer_id = $3::uuid)
        or (friend_id = $3::uuid and referrer_id = $2::uuid))

-- name: friends
update referral set referrer_id = $3::uuid
 where program_id = $1::uuid and referrer_id = $2::uuid and friend_id <> $3::uuid

-- name: brought_by
update referral set friend_id = $3::uuid
 where program_id = $1::uuid and friend_id = $2::uuid and referrer_id <> $3::uuid
   and not exists (select from referral r where r.program_id = $1::uuid and r.friend_id = $3::uuid)

-- name: household_left
-- Both in the same one: the place of the other is empty.
update household_member m set left_at = greatest(m.joined_at, to_timestamp($4::bigint))
  from household_member k
 where m.program_id = $1::uuid and m.member_id = $2::uuid and m.left_at is null
   and k.program_id = m.program_id and k.household_id = m.household_id
   and k.member_id = $3::uuid and k.left_at is null

-- name: household_head
-- And if that was the head's, the survivor is it now.
update household_member k set role = 'head'
 where k.program_id = $1::uuid and k.member_id = $3::uuid and k.left_at is null
   and exists (select from household_member m
                where m.program_id = k.program_id and m.household_id = k.household_id
                  and m.member_id = $2::uuid and m.role = 'head')
   and not exists (select from household_member h
                    where h.program_id = k.program_id and h.household_id = k.household_id
                      and h.role = 'head' and h.left_at is null)

-- name: household_place
update household_member m set member_id = $3::uuid
 where m.program_id = $1::uuid and m.member_id = $2::uuid
   and not exists (select from household_member k
                    where k.program_id = m.program_id and k.member_id = $3::uuid
                      and k.household_id = m.household_id and k.joined_at = m.joined_at)

-- name: invitations
update household_invitation i
   set member_id = case when i.member_id = $2::uuid then $3::uuid else i.member_id end,
       invited_by = case when i.invited_by = $2::uuid then $3::uuid else i.invited_by end
 where i.program_id = $1::uuid and (i.member_id = $2::uuid or i.invited_by = $2::uuid)
   and not (i.member_id = $2::uuid
            and exists (select from household_invitation k
                         where k.program_id = i.program_id and k.household_id = i.household_id
                           and k.member_id = $3::uuid))

-- name: consents
-- Of each consent the last word of both holds; where it was the other's, it is said again here.
insert into consent (program_id, member_id, id, consent, purpose, channel, given, text_version,
                     revision, language, actor, activity_id, at)
select g.program_id, $3::uuid, g.id, g.consent, g.purpose, g.channel, g.given, g.text_version,
       g.revision, g.language, g.actor, g.activity_id, g.at
  from (select distinct on (consent) * from consent
         where program_id = $1::uuid and member_id = $2::uuid
         order by consent, number desc) g
  left join (select distinct on (consent) consent, number from consent
              where program_id = $1::uuid and member_id = $3::uuid
              order by consent, number desc) k on k.consent = g.consent
 where k.number is null or k.number < g.number

-- name: own_member
insert into staff_own_member (program_id, member_id, staff_id, since_at)
select program_id, $3::uuid, staff_id, since_at from staff_own_member
 where program_id = $1::uuid and member_id = $2::uuid
on conflict do nothing

-- name: codes
update portal_code set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: sessions
update portal_session set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: passkeys
update portal_passkey set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: devices
with gone as (
    delete from portal_device where program_id = $1::uuid and member_id = $2::uuid returning *
)
insert into portal_device as d (program_id, member_id, digest, since_at, may_redeem_at)
select program_id, $3::uuid, digest, since_at, may_redeem_at from gone
on conflict (program_id, member_id, digest)
do update set since_at = least(d.since_at, excluded.since_at),
              may_redeem_at = least(d.may_redeem_at, excluded.may_redeem_at)

-- name: deliveries
update webhook_delivery set member_id = $3::uuid
 where program_id = $1::uuid and member_id = $2::uuid and state = 'waiting'

-- name: identifiers
update identifier set member_id = $3::uuid where program_id = $1::uuid and member_id = $2::uuid

-- name: earlier_ones
-- Whoever was merged into the other before leads to the survivor, too.
update member set merged_into = $3::uuid where program_id = $1::uuid and merged_into = $2::uuid

-- name: survivor
update member k
   set joined_at = least(k.joined_at, g.joined_at), party_id = coalesce(k.party_id, g.party_id),
       registered_at = least(k.registered_at, g.registered_at),
       segments = array(select distinct unnest(k.segments || g.segments) order by 1)
  from member g
 where k.program_id = $1::uuid and k.id = $3::uuid and g.program_id = $1::uuid and g.id = $2::uuid

-- name: gone
update member
   set status = 'merged', merged_into = $3::uuid, attributes = '{}', segments = '{}',
       standing = '', tier_due_at = null, registered_at = null, party_id = null
 where program_id = $1::uuid and id = $2::uuid

-- name: preview
-- What two members have besides their accounts, for who is about to merge them: $2 and $3 their ids.
select m.id, m.joined_at, m.purchases, m.spend_minor, m.last_purchase_at, m.tier, m.status,
       m.attributes::text,
       (select count(*) from voucher v where v.program_id = m.program_id and v.member_id = m.id
                                         and v.blocked_at is null),
       (select count(*) from hold h where h.program_id = m.program_id and h.member_id = m.id
                                      and h.closed_at is null),
       (select count(*) from referral r where r.program_id = m.program_id and r.referrer_id = m.id),
       (select h.household_id from household_member h
         where h.program_id = m.program_id and h.member_id = m.id and h.left_at is null),
       (select json_agg(json_build_array(i.kind, i.value, i.status) order by i.status, i.kind, i.value)
          from identifier i where i.program_id = m.program_id and i.member_id = m.id)::text,
       (select json_agg(json_build_array(a.asset, a.pending, a.available, a.held, a.owed)
                        order by a.asset)
          from account a where a.program_id = m.program_id and a.holder_id = m.id)::text
  from member m
 where m.program_id = $1::uuid and m.id in ($2::uuid, $3::uuid)
