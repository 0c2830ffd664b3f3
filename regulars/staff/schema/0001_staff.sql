-- Who of the staff may do what in which organization, how they come in, and what they did.

create table staff_role (
    organization_id uuid not null references organization,
    id uuid not null,
    name text not null,
    permissions text[] not null,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, name)
);
comment on table staff_role is 'Roles an organization made for itself; the usual ones are in permissions.toml';

create table staff_membership (
    organization_id uuid not null references organization,
    id uuid not null,
    staff_id uuid not null references staff,
    role text not null default '',
    role_id uuid,
    shops uuid[] not null default '{}',
    since_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, role_id) references staff_role,
    check ((role = '') = (role_id is not null))
);
comment on column staff_membership.role is 'One of the usual roles; empty where role_id names one of the organization''s own';
comment on column staff_membership.shops is 'Only these shops; empty: all of them';
create unique index staff_membership_once on staff_membership (staff_id, organization_id)
    where ended_at is null;

create table staff_link (
    digest bytea primary key check (length(digest) = 32),
    staff_id uuid not null references staff,
    kind text not null check (kind in ('invitation', 'entry', 'password')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
comment on table staff_link is 'One-time links, by the SHA-256 of their token. An invitation sets the password, an entry lets in once, password sets another one';

create table staff_own_member (
    program_id uuid not null,
    member_id uuid not null,
    staff_id uuid not null references staff,
    since_at timestamptz not null,
    primary key (program_id, member_id, staff_id)
);
comment on table staff_own_member is 'Members who are staff themselves: they cannot act on their own account';

create table audit_event (
    organization_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    staff_id uuid,
    who text not null,
    action text not null,
    object text not null default '',
    details jsonb not null default '{}',
    address text not null default '',
    xid xid8 not null default pg_current_xact_id(),
    begun_at timestamptz not null default transaction_timestamp(),
    primary key (organization_id, id)
);
comment on column audit_event.xid is 'With begun_at: the transaction, by which the changes of rows are found';
comment on table audit_event is 'What the staff did, when and from where; nothing of it can be changed';

create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the record of what was done is append-only'
        using errcode = 'restrict_violation';
end $$;

create trigger audit_event_append_only before truncate on audit_event
    for each statement execute function refuse_change_of_audit();
-- Two things may happen to it, and neither by a page: what was told of somebody who is erased is
-- taken out, and what is older than the program says is deleted.
create trigger audit_event_never_changed before update on audit_event
    for each row when (to_jsonb(new) - 'details' <> to_jsonb(old) - 'details'
                       or new.details <> '{}')
    execute function refuse_change_of_audit();
create trigger audit_event_kept before delete on audit_event
    for each row when (current_user = 'regulars_app'
                       or coalesce(current_setting('regulars.forgetting', true), '') <> 'on')
    execute function refuse_change_of_audit();

-- What the rows were and became, noted by the database itself, so that no page can forget to.
create table audit_change (
    organization_id uuid not null,
    number bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    begun_at timestamptz not null default transaction_timestamp(),
    noun text not null,
    was jsonb,
    became jsonb,
    primary key (organization_id, number)
);
create index audit_change_of_transaction on audit_change (organization_id, xid);
comment on table audit_change is 'Rows of settings before and after a change: the columns that changed; all of a row that was made';
comment on column audit_change.noun is 'The table';

create trigger audit_change_append_only before update or delete or truncate on audit_change
    for each statement execute function refuse_change_of_audit();

-- The first argument is the column that names the organization, the others are columns whose
-- contents nobody may read: of them only that they changed is noted.
create function note_change() returns trigger
    language plpgsql security definer set search_path from current as $$
declare
    old_row jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
    new_row jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
    was jsonb;
    became jsonb;
begin
    select jsonb_object_agg(key, case when key = any (tg_argv[1:]) then '"…"' else old_row -> key end),
           jsonb_object_agg(key, case when key = any (tg_argv[1:]) then '"…"' else new_row -> key end)
      into was, became
      from jsonb_object_keys(old_row || new_row) as key
     where old_row -> key is distinct from new_row -> key;
    if was is not null then
        insert into audit_change (organization_id, noun, was, became)
        values (coalesce(new_row ->> tg_argv[0], old_row ->> tg_argv[0])::uuid, tg_table_name,
                case when tg_op <> 'INSERT' then was end, case when tg_op <> 'DELETE' then became end);
    end if;
    return null;
end $$;

create trigger noted after insert or update or delete on organization
    for each row execute function note_change('id');
create trigger noted after insert or update or delete on shop
    for each row execute function note_change('organization_id');
create trigger noted after insert or update or delete on api_key
    for each row execute function note_change('organization_id', 'hash');
create trigger noted after insert or update or delete on staff_role
    for each row execute function note_change('organization_id');
create trigger noted after insert or update or delete on staff_membership
    for each row execute function note_change('organization_id');

-- What several processes have to know together for a while: attempts to sign in, say.
create table page_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamptz not null
);
create index page_cache_expires on page_cache (expires);
