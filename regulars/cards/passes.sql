-- Passes of Apple's wallet and the telephones that keep them.

-- name: pass
-- With its card's batch; how the card and its member stand decides what it shows.
select p.number, p.token, p.voided_at is not null,
       extract(epoch from greatest(p.changed_at, m.last_purchase_at))::bigint, m.tier
  from card_pass p
  left join identifier i on i.program_id = p.program_id and i.kind = 'card' and i.value = p.number
  left join member m on m.program_id = p.program_id and m.id = i.member_id
 where p.program_id = $1::uuid and p.serial = $2::uuid and p.platform = 'apple'

-- name: register
insert into card_device as d (program_id, device, serial, push_token, since_at)
values ($1::uuid, $2::text, $3::uuid, $4::text, $5::timestamptz)
on conflict (program_id, device, serial) do update set push_token = excluded.push_token
returning xmax = 0

-- name: unregister
delete from card_device
 where program_id = $1::uuid and device = $2::text and serial = $3::uuid

-- name: changed
-- Passes of a telephone, and when each last changed.
select p.serial, extract(epoch from greatest(p.changed_at, m.last_purchase_at))::bigint
  from card_device d
  join card_pass p on p.program_id = d.program_id and p.serial = d.serial
  left join identifier i on i.program_id = p.program_id and i.kind = 'card' and i.value = p.number
  left join member m on m.program_id = p.program_id and m.id = i.member_id
 where d.program_id = $1::uuid and d.device = $2::text
 order by p.serial
