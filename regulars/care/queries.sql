-- Finding members and reading what their pages show.

-- name: newest
-- A page of all members, the newest first, from before $2 on.
select m.id, m.status, m.tier, m.joined_at, m.registered_at is not null, m.purchases, m.spend_minor,
       m.last_purchase_at, m.attributes::text,
       (select min(i.value) from identifier i
         where i.program_id = m.program_id and i.member_id = m.id and i.status = 'active'
           and i.kind = 'card')
  from member m
 where m.program_id = $1::uuid
   and m.id < case when $2::uuid is null then 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                   else $2::uuid end
 order by m.id desc
 limit $3::integer

-- name: found
-- $2 an id of a member, a purchase or another activity; $3, $4 kinds and values of identifiers; $5 a
-- receipt number, looked for in the tills that were busy lately; from $6 to before $7 a name.
with receipt as (
    select distinct 'receipt:' || shop || '/' || till || '/' || $5::text as key
      from (select shop, till from activity where program_id = $1::uuid and $5::text <> ''
             order by id desc limit 2000) as lately
), hit as (
    select id as member_id from member where program_id = $1::uuid and id = $2::uuid
    union
    select member_id from activity where program_id = $1::uuid and id = $2::uuid
    union
    select i.member_id
      from unnest($3::text[], $4::text[]) as w (kind, value)
      join identifier i on i.program_id = $1::uuid and i.kind = w.kind and i.value = w.value
    union
    select a.member_id
      from receipt r
     cross join lateral (select activity_id from idempotency
                          where program_id = $1::uuid and key = r.key limit 1) as k
     cross join lateral (select member_id from activity
                          where program_id = $1::uuid and id = k.activity_id limit 1) as a
    union
    (select id from member
      where program_id = $1::uuid and search_name >= $6::text collate "C"
        and search_name < $7::text collate "C"
      order by search_name limit $8::integer)
)
select m.id, m.status, m.tier, m.joined_at, m.registered_at is not null, m.purchases, m.spend_minor,
       m.last_purchase_at, m.attributes::text,
       (select min(i.value) from identifier i
         where i.program_id = m.program_id and i.member_id = m.id and i.status = 'active'
           and i.kind = 'card')
  from hit h
  join member m on m.program_id = $1::uuid and m.id = h.member_id
 order by m.search_name nulls last, m.id desc
 limit $8::integer

-- name: housemates
-- The others of a member's household, with its kind.
select (select json_agg(json_build_array(h.kind, o.member_id, o.role,
                                         coalesce(p.attributes ->> 'name', p.search_name, ''))
                        order by o.joined_at, o.member_id)
          from household_member m
          join household h on h.program_id = m.program_id and h.id = m.household_id
          join household_member o on o.program_id = m.program_id and o.household_id = m.household_id
                                 and o.left_at is null and o.member_id <> m.member_id
          join member p on p.program_id = o.program_id and p.id = o.member_id
         where m.program_id = $1::uuid and m.member_id = $2::uuid and m.left_at is null)::text
