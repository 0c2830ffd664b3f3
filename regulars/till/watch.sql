-- What an operator watches of the database, in one statement that stays cheap however much waits.

-- name: figures
select pg_database_size(current_database()) as database_bytes,
       (select count(*) from (select from outbox limit 100000) as o) as outbox_waiting,
       $1::bigint - (
           select extract(epoch from min(a.recorded_at))
             from program p
            cross join lateral (select o.program_id, o.activity_id from outbox o
                                 where o.program_id = p.id order by o.id limit 1) as first
             join activity a on a.program_id = first.program_id and a.id = first.activity_id
       )::bigint as outbox_oldest_seconds,
       (select count(*) from (select from webhook_delivery
                               where state = 'waiting' limit 100000) as w) as webhooks_waiting,
       (select count(*) from (select from webhook_delivery
                               where state = 'dead' limit 100000) as d) as webhooks_dead,
       $1::bigint - (
           select extract(epoch from min(first.created_at))
             from webhook_endpoint e
            cross join lateral (select d.created_at from webhook_delivery d
                                 where d.endpoint_id = e.id and d.state = 'waiting'
                                 order by d.due_at, d.seq limit 1) as first
       )::bigint as webhooks_oldest_seconds,
       $1::bigint - (
           select extract(epoch from a.recorded_at)
             from (select program_id, activity_id from posting
                    where seq > coalesce((
                        select max(last.last_seq)
                          from program p
                         cross join lateral (select s.last_seq from seal s where s.program_id = p.id
                                              order by s.no desc limit 1) as last), 0)
                    order by seq limit 1) as first
             join activity a on a.program_id = first.program_id and a.id = first.activity_id
       )::bigint as unsealed_oldest_seconds,
       coalesce(current_setting('regulars.backups', true), 'off') = 'on' as archiving,
       extract(epoch from clock_timestamp() - last_archived_time)::float8 as archive_seconds,
       failed_count as archive_failures
  from pg_stat_archiver

-- name: jobs
select job, $1::bigint - extract(epoch from succeeded_at)::bigint from job_success
