-- name: untold
-- Rewards that became ready to be fetched, or went on their way, between $1 and $2 and of which the
-- member was not told by mail; kept from other workers. At most $3. In the language of the texts
-- that the member consented to last, else in the organization's.
select r.program_id, r.id, r.reward, r.state, coalesce(s.name, ''), r.sent_by, r.tracking,
       extract(epoch from r.lapses_at)::bigint, i.value, o.slug, p.slug, o.name,
       coalesce((select c.language from consent c
                  where c.program_id = r.program_id and c.member_id = r.member_id
                  order by c.number desc limit 1), o.settings ->> 'language', '')
  from redemption r
  join program p on p.id = r.program_id
  join organization o on o.id = p.organization_id
  join member m on m.program_id = r.program_id and m.id = r.member_id and m.status = 'active'
  join lateral (select value from identifier
                 where program_id = r.program_id and member_id = r.member_id and kind = 'email'
                   and status = 'active'
                 order by since_at desc limit 1) i on true
  left join shop s on s.organization_id = o.id and s.code = r.place
 where r.state in ('ready', 'sent') and r.told <> r.state and r.changed_at >= $1
   and r.changed_at <= $2 and (r.state = 'sent' or r.deliver_to = '')
 order by r.changed_at, r.id
 limit $3
   for update of r skip locked

-- name: told
-- $1 program, $2 id, $3 of which state
update redemption set told = $3 where program_id = $1 and id = $2
