-- The hash chain over the log. A seal covers the postings of a program after the last seal up to a
-- sequence number below which no transaction is still writing.

-- name: settle_log
-- Writers in flight are waited for (not longer than the lock timeout), new ones wait a moment.
lock table posting in share row exclusive mode

-- name: last_seq
select coalesce(max(seq), 0) from posting

-- name: open_programs
-- Programs with postings after their last seal.
select p.id, coalesce(max(s.last_seq), 0) as since, coalesce(max(s.no), 0) as no
  from program p
  left join seal s on s.program_id = p.id
 group by p.id
having exists (select from posting q where q.program_id = p.id
                  and q.seq > coalesce(max(s.last_seq), 0) and q.seq <= $1::bigint)

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
insert into seal (program_id, no, first_seq, last_seq, postings, previous, hash, sealed_at)
values ($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bytea, $7::bytea,
        to_timestamp($8::bigint))

-- name: seals
select no, first_seq, last_seq, postings, previous, hash from seal
 where program_id = $1::uuid order by no
