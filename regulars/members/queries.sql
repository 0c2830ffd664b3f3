-- Reading members without locking anything.

-- name: member
-- $2 the id, or null and $3, $4 kind and value of an identifier.
select m.id, m.status, m.attributes::text, m.segments, m.tier,
       extract(epoch from m.joined_at)::bigint, m.registered_at is not null,
       m.purchases, m.spend_minor, extract(epoch from m.last_purchase_at)::bigint,
       (select json_agg(json_build_array(
               i.kind, i.value, i.status, extract(epoch from i.since_at)::bigint,
               extract(epoch from i.ended_at)::bigint, i.replaced_by)
               order by i.status, i.since_at, i.kind, i.value)
          from identifier i where i.program_id = $1::uuid and i.member_id = m.id)::text,
       (select json_build_array(h.household_id, h.role)
          from household_member h
         where h.program_id = $1::uuid and h.member_id = m.id and h.left_at is null)::text,
       m.merged_into
  from member m
 where m.program_id = $1::uuid
   and m.id = case when $2::uuid is null
                   then (select i.member_id from identifier i
                          where i.program_id = $1::uuid and i.kind = $3::text and i.value = $4::text)
                   else $2::uuid end

-- name: called
-- What members are called, as far as it is known.
select m.id, coalesce(nullif(m.attributes ->> 'name', ''),
                      concat_ws(' ', m.attributes ->> 'first_name', m.attributes ->> 'last_name'))
  from member m where m.program_id = $1::uuid and m.id = any ($2::uuid[])

-- name: book
-- Accounts, lots and open holds, as `regulars.activities.load` reads them.
select (select json_agg(json_build_array(
               a.asset, a.pending, a.available, a.held, a.owed,
               extract(epoch from a.as_of)::bigint, extract(epoch from a.next_due_at)::bigint, null)
               order by a.asset)
          from account a where a.program_id = $1::uuid and a.holder_id = $2::uuid)::text,
       (select json_agg(json_build_array(
               l.id, l.asset, l.activity_id, l.amount, l.remaining,
               extract(epoch from l.available_at)::bigint,
               coalesce(extract(epoch from l.expires_at)::bigint, 1::bigint << 62),
               l.expired) order by l.id)
          from lot l
         where l.program_id = $1::uuid and l.member_id = $2::uuid
           and (l.remaining > 0
                or l.id = any (select unnest(h.lots) from hold h
                                where h.program_id = $1::uuid and h.member_id = $2::uuid
                                  and h.closed_at is null)))::text,
       (select json_agg(json_build_array(
               h.id, h.activity_id, h.asset, h.amount, to_json(h.lots), to_json(h.amounts),
               extract(epoch from h.lapses_at)::bigint, h.outcome) order by h.id)
          from hold h
         where h.program_id = $1::uuid and h.member_id = $2::uuid and h.closed_at is null)::text

-- name: history
-- Newest first, from before $3 on (keyset: a page is one range of the index). What somebody else's
-- activity did to this member (a transfer, a household's redemption) is told too, and so is what
-- expires by time alone. The activities of who was merged into this member are theirs, the postings
-- stay where they were made. $5 are the kinds whose facts say more than their movements. Where the
-- member's own activities fill the page, nothing is looked for before the oldest of them: a posting's
-- id lies in the same millisecond as that of its activity.
with own as materialized (
    select id, kind, extract(epoch from occurred_at)::bigint, shop, till, receipt, revision,
           refers_to, list_minor, paid_minor, decision,
           case when kind = any ($5::text[]) then facts else '' end, true
      from activity
     where program_id = $1::uuid and member_id = $2::uuid and ($3::uuid is null or id < $3::uuid)
     order by id desc
     limit $4::integer
)
select * from own
union all
(select p.activity_id, coalesce(max(a.kind), 'expire'), extract(epoch from max(p.at))::bigint,
        coalesce(max(a.shop), ''), coalesce(max(a.till), ''), '', coalesce(max(a.revision), 0),
        null::uuid, 0, 0, '', '', false
   from posting p
   left join activity a on a.program_id = p.program_id and a.id = p.activity_id
  where p.program_id = $1::uuid and p.kind <> 'earn'
    and p.member_id = any (array(select id from member
                                  where program_id = $1::uuid and (id = $2::uuid or merged_into = $2::uuid)))
    and ($3::uuid is null or p.activity_id < $3::uuid)
    and p.id >= coalesce((select left(id::text, 13) || '-0000-0000-000000000000' from own
                           order by id desc offset $4::integer - 1)::uuid,
                         '00000000-0000-0000-0000-000000000000')
    and a.member_id is distinct from $2::uuid
  group by p.activity_id
  order by p.activity_id desc
  limit $4::integer)
order by 1 desc
limit $4::integer

-- name: amounts
-- What the postings of those activities brought to the member's own accounts or took from them.
-- Their ids lie in the same milliseconds, so that $4 to $5 is one range of the index.
select p.activity_id, p.kind, p.asset, sum(p.amount)::bigint
  from posting p
 where p.program_id = $1::uuid and p.activity_id = any ($3::uuid[])
   and p.member_id = any (array(select id from member
                                 where program_id = $1::uuid and (id = $2::uuid or merged_into = $2::uuid)))
   and p.id between $4::uuid and $5::uuid
 group by 1, 2, 3
 order by 1, 2, 3

-- name: named
-- Identifiers of who was erased are nobody's: no row.
select id from member where program_id = $1::uuid and id = $2::uuid
union all
select m.id
  from identifier i
  join member m on m.program_id = i.program_id and m.id = i.member_id
 where i.program_id = $1::uuid and i.kind = $3::text and i.value = $4::text

-- name: standing
-- $3 the asset whose points count towards tiers.
select m.tier, m.standing, extract(epoch from m.joined_at)::bigint,
       (select json_agg(json_build_array(d.day - date '1970-01-01', d.visits, d.spend_minor))
          from member_day d where d.program_id = m.program_id and d.member_id = m.id)::text,
       (select json_agg(json_build_array(q.day - date '1970-01-01', q.points))
          from qualified_day q where q.program_id = m.program_id and q.member_id = m.id
           and q.asset = $3::text)::text
  from member m
 where m.program_id = $1::uuid and m.id = $2::uuid

-- name: tier_changes
select id, extract(epoch from at)::bigint, tier, before, reason, activity_id, actor, note, given,
       extract(epoch from until_at)::bigint
  from tier_change
 where program_id = $1::uuid and member_id = $2::uuid
 order by at desc, id desc
 limit $3::integer
