-- Webhooks: fan-out from the outbox, taking what is due, writing down what became of it.

-- name: in_order
-- Workers that tell somebody take turns at the outbox, so that what was committed first is also
-- queued first. Where no organization has an endpoint, there is nobody to wait for.
select pg_advisory_xact_lock(hashtextextended('regulars webhooks', 0))
  from (select from webhook_endpoint where disabled_at is null limit 1) as w

-- name: fan_out
-- A part of the statement that drains the outbox: what it took, for every endpoint that wants it.
-- What happened before there was the endpoint is not told.
queued as (
    insert into webhook_delivery (organization_id, endpoint_id, id, program_id, activity_id,
                                  member_id, topic, due_at, give_up_at, created_at)
    select e.organization_id, e.id, t.id, t.program_id, t.activity_id, a.member_id, t.topic,
           to_timestamp($2::bigint), to_timestamp($2::bigint + $3::bigint),
           to_timestamp($2::bigint)
      from webhook_endpoint e
      join program p on p.organization_id = e.organization_id
      join taken t on t.program_id = p.id and (e.topics = '{}' or t.topic = any (e.topics))
      join activity a on a.program_id = t.program_id and a.id = t.activity_id
     where e.disabled_at is null and a.occurred_at >= e.created_at
     order by t.id, e.id
    on conflict (endpoint_id, id) do nothing
)

-- name: take
-- The next deliveries, at most $2; at most $3 at a time to one endpoint, and one to an endpoint
-- with $4 failures in a row. Of a member only the first that waits; of no member, each.
with free as (
    select e.organization_id, e.id,
           case when e.failures >= $4::integer then 1 else $3::integer end
           - (select count(*)::integer from webhook_delivery b
               where b.endpoint_id = e.id and b.state = 'waiting'
                 and b.due_at > to_timestamp($1::bigint)
                 and b.taken_until > to_timestamp($1::bigint)) as places
      from webhook_endpoint e
     where e.disabled_at is null
       and (e.resume_at is null or e.resume_at <= to_timestamp($1::bigint))
), heads as (
    select h.* from free f cross join lateral (
        select d.endpoint_id, d.id from webhook_delivery d
         where d.endpoint_id = f.id and d.state = 'waiting' and d.due_at <= to_timestamp($1::bigint)
           and (d.member_id is null
                or not exists (select from webhook_delivery b
                                where b.endpoint_id = d.endpoint_id and b.member_id = d.member_id
                                  and b.state = 'waiting' and b.seq < d.seq))
         order by d.due_at, d.seq
         limit greatest(f.places, 0)
           for update of d skip locked) as h
     limit $2::integer
)
update webhook_delivery d
   set attempts = d.attempts + 1,
       taken_until = to_timestamp($1::bigint + $5::bigint),
       due_at = to_timestamp($1::bigint + $5::bigint)
  from heads h
  join webhook_endpoint e on e.id = h.endpoint_id
 where d.endpoint_id = h.endpoint_id and d.id = h.id
returning d.organization_id, d.endpoint_id, d.id, d.program_id, d.activity_id, d.attempts,
          extract(epoch from d.give_up_at)::bigint, e.url, e.secret,
          case when e.old_secret_until > to_timestamp($1::bigint) then e.old_secret end

-- name: told
-- What happened, with what it moved of the member's own. The ids of an activity's postings lie
-- within its second, so that it is one range of the index.
select a.kind, p.slug, a.member_id, a.occurred_at, a.recorded_at, a.shop, a.till, a.receipt,
       a.revision, a.refers_to, a.list_minor, a.paid_minor,
       coalesce((select json_agg(json_build_object('kind', m.kind, 'asset', m.asset,
                                                   'amount', m.amount)
                                 order by m.kind, m.asset)
                   from (select o.kind, o.asset, sum(o.amount)::bigint as amount from posting o
                          where o.program_id = a.program_id and o.member_id = a.member_id
                            and o.activity_id = a.id and o.id between $3::uuid and $4::uuid
                          group by 1, 2) as m), '[]')::text,
       coalesce((select json_agg(json_build_object('tier', c.tier, 'before', c.before,
                                                   'reason', c.reason) order by c.at, c.id)
                   from tier_change c
                  where c.program_id = a.program_id and c.member_id = a.member_id
                    and c.activity_id = a.id), '[]')::text
  from activity a join program p on p.id = a.program_id
 where a.program_id = $1::uuid and a.id = $2::uuid

-- name: sent
update webhook_delivery
   set state = 'sent', ended_at = to_timestamp($1::bigint), taken_until = null, last_status = $4,
       last_error = ''
 where endpoint_id = $2::uuid and id = $3::uuid and state = 'waiting'

-- name: well
update webhook_endpoint set failures = 0, failing_since = null, resume_at = null
 where id = $1::uuid and failures > 0

-- name: failed
-- Only the attempt that is the last one known says when the next one is.
update webhook_delivery
   set state = case when $5::boolean then 'dead' else 'waiting' end,
       ended_at = case when $5::boolean then to_timestamp($1::bigint) end,
       due_at = to_timestamp($6::bigint), taken_until = null, last_status = $7, last_error = $8
 where endpoint_id = $2::uuid and id = $3::uuid and attempts = $4::integer and state = 'waiting'

-- name: unwell
update webhook_endpoint
   set failures = failures + 1,
       failing_since = coalesce(failing_since, to_timestamp($2::bigint))
 where id = $1::uuid
returning failures, extract(epoch from failing_since)::bigint

-- name: pause
update webhook_endpoint set resume_at = greatest(resume_at, to_timestamp($2::bigint))
 where id = $1::uuid

-- name: disable
update webhook_endpoint
   set disabled_at = to_timestamp($2::bigint), disabled_because = $3
 where id = $1::uuid and disabled_at is null

-- name: bury
-- What was on its way to an endpoint that is no more asked is kept, and can be sent again later.
update webhook_delivery
   set state = 'dead', ended_at = to_timestamp($2::bigint), taken_until = null,
       last_error = case when last_error = '' then 'the endpoint was disabled' else last_error end
 where endpoint_id = $1::uuid and state = 'waiting'

-- name: enable
update webhook_endpoint
   set disabled_at = null, disabled_because = '', failures = 0, failing_since = null,
       resume_at = null
 where organization_id = $1::uuid and id = $2::uuid

-- name: add
insert into webhook_endpoint (organization_id, id, url, topics, description, secret, created_at)
values ($1::uuid, $2::uuid, $3, $4::text[], $5, $6, to_timestamp($7::bigint))

-- name: rotate
update webhook_endpoint
   set old_secret = secret, old_secret_until = to_timestamp($4::bigint), secret = $3
 where organization_id = $1::uuid and id = $2::uuid

-- name: replay
-- Behind all that waits for the member by now.
update webhook_delivery
   set state = 'waiting', seq = default, attempts = 0, taken_until = null, ended_at = null,
       due_at = to_timestamp($4::bigint), give_up_at = to_timestamp($4::bigint + $5::bigint)
 where organization_id = $1::uuid and endpoint_id = $2::uuid
   and (id = $3::uuid and state <> 'waiting' or $3::uuid is null and state = 'dead')
returning id

-- name: forget
delete from webhook_delivery d
 using (select endpoint_id, id from webhook_delivery
         where state = 'sent' and ended_at < to_timestamp($1::bigint)
         limit 5000 for update skip locked) as w
 where d.endpoint_id = w.endpoint_id and d.id = w.id

-- name: organization
select webhook_organization()

-- name: endpoints
select e.id, e.url, e.topics, e.description, e.created_at, e.disabled_at, e.disabled_because,
       e.failing_since,
       (select count(*) from webhook_delivery d
         where d.endpoint_id = e.id and d.state = 'waiting')::integer,
       (select count(*) from webhook_delivery d
         where d.endpoint_id = e.id and d.state = 'dead')::integer
  from webhook_endpoint e
 where e.organization_id = $1::uuid and ($2::uuid is null or e.id = $2::uuid)
 order by e.created_at, e.id

-- name: deliveries
select endpoint_id, id, activity_id, member_id, topic, state, attempts, created_at,
       case when state = 'waiting' then due_at end, ended_at, last_status, last_error, seq
  from webhook_delivery
 where organization_id = $1::uuid and ($2::uuid is null or endpoint_id = $2::uuid)
   and ($3::text is null or state = $3) and ($4::bigint is null or seq < $4)
 order by seq desc limit $5::integer

-- name: can_replay
select from webhook_delivery where endpoint_id = $1::uuid and id = $2::uuid and state <> 'waiting'
