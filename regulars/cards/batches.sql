-- Making a batch of cards.

-- name: add_batch
insert into card_batch (program_id, id, name, symbology, numbering, activation, size, design, logo,
                        made_by, made_at, activated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::bytea, $10, $11, $12)
on conflict do nothing

-- name: staging
create temporary table new_card (position integer not null, number text not null) on commit drop

-- name: empty_staging
truncate new_card

-- name: copy
copy new_card (position, number) from stdin

-- name: take
-- Those that nobody has, neither a member nor a batch.
insert into card (program_id, number, batch_id, position)
select $1, n.number, $2, n.position
  from new_card n
 where not exists (select from identifier i
                    where i.program_id = $1 and i.kind = 'card' and i.value = n.number)
on conflict do nothing

-- name: close_gaps
-- Some were taken: the others are counted anew from one.
update card c
   set position = w.position
  from (select number, row_number() over (order by position) as position
          from card where program_id = $1 and batch_id = $2) as w
 where c.program_id = $1 and c.number = w.number

-- name: drop_staging
drop table new_card
