-- Reading cards and batches without locking anything.

-- name: card
-- Of a card that somebody holds, its identifier tells the state; else the card itself.
select coalesce(case i.status when 'active' then 'issued' else i.status end, c.ended,
                case when b.activated_at is null then 'made' else 'active' end),
       i.member_id, i.replaced_by, b.id, b.name, coalesce(c.position, 0), b.symbology,
       b.design::text, b.logo, s.secret
  from (select $2::text as number) as w
  left join identifier i on i.program_id = $1::uuid and i.kind = 'card' and i.value = w.number
  left join card c on c.program_id = $1::uuid and c.number = w.number
  left join card_batch b on b.program_id = $1::uuid and b.id = c.batch_id
  left join card_secret s on s.program_id = $1::uuid and s.number = w.number
 where i.value is not null or c.number is not null

-- name: batches
select b.id, b.name, b.symbology, b.numbering, b.activation, b.size, b.made_at, b.activated_at,
       b.made_by
  from card_batch b
 where b.program_id = $1::uuid
 order by b.id

-- name: batch
-- $2 its name or its id.
select b.id, b.name, b.symbology, b.numbering, b.activation, b.size, b.made_at, b.activated_at,
       b.made_by, b.design::text, b.logo
  from card_batch b
 where b.program_id = $1::uuid and (b.name = $2::text or b.id::text = $2::text)
 order by b.name = $2::text desc
 limit 1

-- name: stock
-- Which of many numbers ($2) are in a batch, and how they stand there.
select c.number, coalesce(c.ended, case when b.activated_at is null then 'made' else 'active' end)
  from card c
  join card_batch b on b.program_id = c.program_id and b.id = c.batch_id
 where c.program_id = $1::uuid and c.number = any ($2::text[])

-- name: counts
-- How many cards of a batch are in which state.
select coalesce(case i.status when 'active' then 'issued' else i.status end, c.ended,
                case when b.activated_at is null then 'made' else 'active' end) as state,
       count(*)
  from card_batch b
  join card c on c.program_id = b.program_id and c.batch_id = b.id
  left join identifier i on i.program_id = c.program_id and i.kind = 'card' and i.value = c.number
 where b.program_id = $1::uuid and b.id = $2::uuid
 group by 1
 order by 1

-- name: numbers
-- A page of a batch in its order, after position $3, up to position $4.
select c.position, c.number
  from card c
 where c.program_id = $1::uuid and c.batch_id = $2::uuid and c.position > $3::integer
   and c.position <= $4::integer
 order by c.position
 limit $5::integer

-- name: activate
update card_batch
   set activated_at = $3::timestamptz
 where program_id = $1::uuid and id = $2::uuid and activated_at is null
returning size

-- name: passes
select serial, platform, token, voided_at is not null
  from card_pass
 where program_id = $1::uuid and number = $2::text
 order by platform
