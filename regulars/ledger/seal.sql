-- The hash chain over the log. A seal covers the postings of a program after the last seal up to a
-- sequence number below which no transaction is still writing.

-- name: settle_log
-- Writers in flight are waited for (not longer than the lock timeout), new ones wait a moment.
-- Every writer holds a lock on the table itself, so that its parts need none.
lock table only posting in share row exclusive mode

-- name: last_seq
select coalesce(max(seq), 0) from posting

-- name: open_programs
-- Programs with postings after their last seal.
select p.id, coalesce(s.last_seq, 0) as since, coalesce(s.no, 0) as no
  from program p
  left join lateral (select no, last_seq from seal where program_id = p.id
                      order by no desc limit 1) as s on true
 where exists (select from posting q where q.program_id = p.id
                  and q.seq > coalesce(s.last_seq, 0) and q.seq <= $1::bigint)

-- name: digest
-- The hash of a stretch of the log: each posting, in the order of the log.
select count(*), sha256(convert_to(coalesce(string_agg(line, E'\n' order by seq), ''), 'UTF8'))
  from (
    select seq, seq || '|' || id || '|' || member_id || '|' || activity_id || '|' || kind || '|'
           || extract(epoch from at)::bigint || '|' || asset || '|' || amount || '|' || against as line
      from posting
     where program_id = $1::uuid and seq > $2::bigint and seq <= $3::bigint
  ) as log

-- name: previous
select hash from seal where program_id = $1::uuid and no = $2::bigint

-- name: add_seal
insert into seal (program_id, no, first_seq, last_seq, postings, digest, previous, hash, sealed_at)
values ($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bytea, $7::bytea, $8::bytea,
        to_timestamp($9::bigint))

-- name: add_days
-- What the postings of a seal add up to, by the day on which each happened. Days of one program are
-- written by one seal after the other.
insert into posting_day as d (program_id, day, asset, against, amount)
select q.program_id, (q.at at time zone p.timezone)::date, q.asset, q.against, sum(q.amount)
  from posting q
  join program p on p.id = q.program_id
 where q.program_id = $1::uuid and q.seq > $2::bigint and q.seq <= $3::bigint
 group by 1, 2, 3, 4
on conflict (program_id, day, asset, against) do update set amount = d.amount + excluded.amount

-- name: seals
-- With how many postings of each are in detached months.
select s.no, s.first_seq, s.last_seq, s.postings, s.digest, s.previous, s.hash,
       coalesce((select sum(m.postings) from month_sealed m
                  where m.program_id = s.program_id and m.no = s.no), 0)::bigint
  from seal s
 where s.program_id = $1::uuid order by s.no
