-- Two roles, each with what it needs. `regulars_pages` signs people in and belongs to no
-- organization; `regulars_app` works for one organization and sees of accounts the name only.

do $$
begin
  if not exists (select from pg_roles where rolname = 'regulars_pages') then
    begin
      create role regulars_pages nologin;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise exception 'the role regulars_pages is missing and % may not create it', current_user
          using hint = format('As an administrator of the server: create role regulars_pages '
                              'nologin; grant regulars_pages to %I;', current_user);
    end;
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute format('grant regulars_pages to %I', current_user);
    exception when insufficient_privilege then
      if not pg_has_role(current_user, 'regulars_pages', 'member') then raise; end if;
    end;
  end if;
  execute format('grant usage on schema %I to regulars_pages', current_schema());
  execute format('grant usage on all sequences in schema %I to regulars_pages', current_schema());
end
$$;

revoke all on staff, staff_link, page_cache, django_session, account_emailaddress,
    account_emailconfirmation, mfa_authenticator, socialaccount_socialaccount,
    socialaccount_socialapp, socialaccount_socialtoken from regulars_app;
revoke update, delete on staff_own_member, audit_event from regulars_app;
revoke insert, update, delete on audit_change from regulars_app;
revoke delete on staff_membership from regulars_app;

grant select, update on staff, staff_link to regulars_pages;
grant insert on staff, audit_event to regulars_pages;
grant select, insert, update, delete on page_cache, django_session, account_emailaddress,
    account_emailconfirmation, mfa_authenticator, socialaccount_socialaccount,
    socialaccount_socialapp, socialaccount_socialtoken to regulars_pages;

-- Of accounts an organization sees those of its own people, and no password.
grant select (id, email, name, is_active, last_login, created_at) on staff to regulars_app;
alter table staff enable row level security;
create policy staff_of_organization on staff for select to regulars_app
    using (exists (select from staff_membership m where m.staff_id = staff.id));
create policy staff_of_pages on staff to regulars_pages using (true) with check (true);
create policy audit_of_pages on audit_event for insert to regulars_pages with check (true);

-- Where a person works. Asked before an organization is chosen, so it looks past the policies.
create function staff_desks(whose uuid)
returns table (organization_id uuid, slug text, name text, timezone text, settings jsonb,
               role text, role_name text, permissions text[], shops uuid[], programs jsonb,
               second_factor boolean, notices integer)
language sql stable security definer set search_path from current as $$
    select o.id, o.slug, o.name, o.timezone, o.settings, m.role, coalesce(r.name, ''),
           coalesce(r.permissions, '{}'), m.shops,
           coalesce((select jsonb_agg(jsonb_build_array(p.id, p.slug, p.name, p.currency, p.timezone)
                                      order by p.created_at, p.id)
                       from program p where p.organization_id = o.id), '[]'),
           exists (select from mfa_authenticator a
                    where a.user_id = m.staff_id and a.type in ('totp', 'webauthn')),
           (select count(*)::integer from staff_notice n
             where n.staff_id = m.staff_id and n.organization_id = m.organization_id
               and n.read_at is null)
      from staff_membership m
      join organization o on o.id = m.organization_id
      left join staff_role r on r.organization_id = m.organization_id and r.id = m.role_id
     where m.staff_id = whose and m.ended_at is null
     order by o.name, o.slug
$$;
revoke all on function staff_desks from public;
grant execute on function staff_desks to regulars_pages;

-- The account of an address, made where it is missing. `fresh`: nobody uses it yet and no other
-- organization counts on it, so whoever invites may be given the link that sets its password.
create function staff_account(new_id uuid, address text, inviting uuid, at timestamptz,
                              out staff_id uuid, out fresh boolean)
language plpgsql volatile security definer set search_path from current as $$
begin
    insert into staff (id, email, name, language, agency, is_active, created_at, password)
    values (new_id, address, '', '', false, true, at, '!')
    on conflict (email) do nothing;
    select s.id, s.password like '!%' and s.last_login is null and not exists (
               select from staff_membership m
                where m.staff_id = s.id and m.organization_id <> inviting)
      into staff_id, fresh
      from staff s where s.email = address;
end $$;
revoke all on function staff_account from public;
grant execute on function staff_account to regulars_app;

-- A link for a person whom nobody else counts on; `staff_account` has said so.
create function staff_invitation(token_digest bytea, whose uuid, inviting uuid, at timestamptz,
                                 until timestamptz)
returns void language plpgsql volatile security definer set search_path from current as $$
begin
    update staff_link set expires_at = at
     where staff_id = whose and kind = 'invitation' and used_at is null and expires_at > at;
    insert into staff_link (digest, staff_id, kind, created_at, expires_at)
    select token_digest, s.id, 'invitation', at, until from staff s
     where s.id = whose and s.password like '!%' and s.last_login is null
       and not exists (select from staff_membership m
                        where m.staff_id = s.id and m.organization_id <> inviting);
end $$;
revoke all on function staff_invitation from public;
grant execute on function staff_invitation to regulars_app;

grant execute on function shown_logo to regulars_pages;

-- A link for whoever forgot their password: of an account that is in use and works somewhere. The
-- ones before it are good no longer.
create function staff_password_link(token_digest bytea, address text, at timestamptz,
                                    until timestamptz)
returns uuid language plpgsql volatile security definer set search_path from current as $$
declare
    whose uuid;
begin
    select s.id into whose from staff s
     where s.email = address and s.is_active and s.password not like '!%'
       and exists (select from staff_membership m where m.staff_id = s.id and m.ended_at is null);
    if whose is not null then
        update staff_link set expires_at = at
         where staff_id = whose and kind = 'password' and used_at is null and expires_at > at;
        insert into staff_link (digest, staff_id, kind, created_at, expires_at)
        values (token_digest, whose, 'password', at, until);
    end if;
    return whose;
end $$;
revoke all on function staff_password_link from public;
grant execute on function staff_password_link to regulars_pages;
