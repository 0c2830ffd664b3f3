-- Parts of the log: which there are, and what is kept of one that is put away.

-- name: parts
-- The parts of a table in the order of time; null is the beginning, and the end, of all time.
select c.relname, c.reltuples::bigint as rows, pg_total_relation_size(c.oid) as bytes,
       (regexp_match(b.text, 'FROM \(''([0-9a-f-]{36})''\)'))[1]::uuid as since,
       (regexp_match(b.text, 'TO \(''([0-9a-f-]{36})''\)'))[1]::uuid as until
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
 cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as text) as b
 where i.inhparent = $1::text::regclass
 order by since nulls first

-- name: rule
select keep_months from month_rule

-- name: declare
insert into month_rule (keep_months, declared_at) values ($1::integer, to_timestamp($2::bigint))
on conflict (only_one) do update
   set keep_months = excluded.keep_months, declared_at = excluded.declared_at

-- name: undeclare
delete from month_rule

-- name: detached
select name, from_id, until_id, activities, postings, detached_at, exported_at, dropped_at,
       activities_sum, postings_sum
  from month_detached order by until_id

-- name: note
insert into month_detached (name, from_id, until_id, until_at, activities, postings, activities_sum,
                            postings_sum, detached_at)
values ($1::text, $2::uuid, $3::uuid,
        to_timestamp(('x' || translate(left($3::uuid::text, 13), '-', ''))::bit(48)::bigint / 1000.0),
        $4::bigint, $5::bigint, $6::numeric, $7::numeric, to_timestamp($8::bigint))

-- name: forget
with carried as (delete from month_carried where month = $1::text),
     sealed as (delete from month_sealed where month = $1::text)
delete from month_detached where name = $1::text

-- name: exported
update month_detached set exported_at = to_timestamp($2::bigint) where name = $1::text

-- name: dropped
update month_detached set dropped_at = to_timestamp($2::bigint) where name = $1::text

-- name: sum
-- Of the rows of a part, whatever their order.
select count(*), coalesce(sum(hashtextextended(w::text, 0)::numeric), 0) from {part} as w

-- name: unsealed
-- A posting that no seal covers yet.
select p.seq from {part} p
  left join lateral (select last_seq from seal where program_id = p.program_id
                      order by no desc limit 1) as s on true
 where p.seq > coalesce(s.last_seq, 0) limit 1

-- name: undrained
-- An activity that the worker has not told anybody of yet.
select activity_id from outbox
 where ($1::uuid is null or activity_id >= $1::uuid) and activity_id < $2::uuid limit 1

-- name: carry
insert into month_carried (program_id, month, member_id, asset, against, amount)
select program_id, $1::text, member_id, asset, against, sum(amount)
  from {part} group by program_id, member_id, asset, against

-- name: carry_seals
insert into month_sealed (program_id, month, no, postings)
select p.program_id, $1::text, s.no, count(*)
  from {part} p
 cross join lateral (select no from seal where program_id = p.program_id and last_seq >= p.seq
                      order by last_seq limit 1) as s
 group by p.program_id, s.no

-- name: put_away
-- Of activities that were not found ($1), those that would be in a detached month, with its name.
select w.id, m.name
  from unnest($1::uuid[]) as w (id)
  join month_detached m on w.id < m.until_id and (m.from_id is null or w.id >= m.from_id)
