-- The till works for a program and not for an organization, and may not look up whose it is. This
-- tells it, and by it the rows of that organization are opened to it.

create function webhook_organization() returns uuid
    language sql stable security definer set search_path from current as $$
    select organization_id from program
     where id = any (string_to_array(nullif(current_setting('regulars.programs', true), ''), ',')::uuid[])
     limit 1
$$;
revoke execute on function webhook_organization() from public;
grant execute on function webhook_organization() to regulars_app;

create policy webhook_endpoint_of_till on webhook_endpoint to regulars_app
    using (organization_id = (select webhook_organization()))
    with check (organization_id = (select webhook_organization()));
create policy webhook_delivery_of_till on webhook_delivery to regulars_app
    using (organization_id = (select webhook_organization()))
    with check (organization_id = (select webhook_organization()));

revoke delete on webhook_endpoint, webhook_delivery from regulars_app;
