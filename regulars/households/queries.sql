-- Reading households without locking anything.

-- name: household
select h.kind, extract(epoch from h.founded_at)::bigint, extract(epoch from h.dissolved_at)::bigint,
       (select json_agg(json_build_array(m.member_id, m.role,
                                         extract(epoch from m.joined_at)::bigint)
                        order by m.joined_at, m.member_id)
          from household_member m
         where m.program_id = $1::uuid and m.household_id = h.id and m.left_at is null)::text,
       (select json_agg(json_build_array(i.member_id, i.role, i.invited_by,
                                         extract(epoch from i.lapses_at)::bigint)
                        order by i.member_id)
          from household_invitation i
         where i.program_id = $1::uuid and i.household_id = h.id and i.outcome is null)::text
  from household h
 where h.program_id = $1::uuid and h.id = $2::uuid
