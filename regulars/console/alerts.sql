-- What waits for somebody, for the first page: one row.

-- name: alerts
-- $1 organization, $2 program, $3 staff: drafts others wrote, deliveries that did not arrive,
-- endpoints in trouble, files of the last week that were not brought in.
select (select count(*) from draft
         where program_id = $2 and state = 'submitted' and not $3::uuid = any (writers)),
       (select count(*) from webhook_delivery d
          join webhook_endpoint e on e.id = d.endpoint_id and e.disabled_at is null
         where d.organization_id = $1 and d.state = 'dead'),
       (select count(*) from webhook_endpoint
         where organization_id = $1 and (failing_since is not null
                                         or disabled_because in ('gone', 'failing'))),
       (select coalesce(jsonb_object_agg(noun, number), '{}')
          from (select noun, count(*) as number from import_file
                 where program_id = $2 and outcome in ('refused', 'stopped', 'broken')
                   and ended_at > $4::timestamptz - interval '7 days'
                 group by noun) as i)::text
