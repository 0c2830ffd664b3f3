-- What waits to be done, and the projection fed from the outbox.

-- name: due_members
-- Members with something due, the longest overdue first.
select w.id
  from (select holder_id as id, next_due_at as due_at from account
         where program_id = $1::uuid and next_due_at <= to_timestamp($2::bigint)
        union all
        select id, tier_due_at from member
         where program_id = $1::uuid and tier_due_at <= to_timestamp($2::bigint)) as w
 group by w.id order by min(w.due_at), w.id limit $3::integer

-- name: due_programs
select p.id from program p
 where exists (select from account a where a.program_id = p.id
                  and a.next_due_at <= to_timestamp($1::bigint))
    or exists (select from member m where m.program_id = p.id
                  and m.tier_due_at <= to_timestamp($1::bigint))
    or exists (select from quote q where q.program_id = p.id and q.closed_at is null
                  and q.lapses_at <= to_timestamp($1::bigint))

-- name: lapsed_quotes
select id from quote
 where program_id = $1::uuid and closed_at is null and lapses_at <= to_timestamp($2::bigint)
 order by lapses_at limit $3::integer

-- name: count_misses
-- Counts misses of a window under some buckets, and says how many there are under each by now.
insert into miss as m (program_id, bucket, window_no, misses)
select $1::uuid, w.bucket, $3::bigint, $4::integer from unnest($2::bytea[]) as w (bucket)
 order by w.bucket
on conflict (program_id, bucket) do update
   set window_no = excluded.window_no,
       misses = excluded.misses
              + case when m.window_no = excluded.window_no then m.misses else 0 end
returning bucket, misses

-- name: forget_misses
delete from miss where window_no < $1::bigint

-- name: drain
-- Takes rows of the outbox nobody else is taking, and adds them to the projection, once each.
with taken as (
    delete from outbox o
     using (select program_id, id from outbox order by program_id, id
             limit $1::integer for update skip locked) as w
     where o.program_id = w.program_id and o.id = w.id
    returning o.program_id, o.id, o.activity_id, o.topic
), added as (
    insert into day_total as d (program_id, day, kind, activities, list_minor, paid_minor)
    select a.program_id, (a.occurred_at at time zone p.timezone)::date, a.kind, count(*),
           sum(a.list_minor), sum(a.paid_minor)
      from taken t
      join activity a on a.program_id = t.program_id and a.id = t.activity_id
      join program p on p.id = a.program_id
     group by 1, 2, 3
     order by 1, 2, 3
    on conflict (program_id, day, kind)
    do update set activities = d.activities + excluded.activities,
                  list_minor = d.list_minor + excluded.list_minor,
                  paid_minor = d.paid_minor + excluded.paid_minor
)
select count(*) from taken

-- name: newest_revision
select coalesce(max(number), 0) from revision where program_id = $1::uuid

-- name: succeeded
insert into job_success as j (job, succeeded_at) values ($1, to_timestamp($2::bigint))
on conflict (job) do update set succeeded_at = excluded.succeeded_at
 where j.succeeded_at <= excluded.succeeded_at - make_interval(secs => $3::integer)
