-- Members at their telephones: codes sent by e-mail or text message, links from the terminal, devices and sessions.
-- Of every secret only a digest is kept. A session is of one program and never one of the staff.

create table portal_code (
    program_id uuid not null,
    id uuid not null,
    kind text not null check (kind in ('code', 'link', 'challenge')),
    contact_kind text not null default 'email' check (contact_kind in ('email', 'phone')),
    contact text not null,
    member_id uuid,
    digest bytea not null check (length(digest) = 32),
    address text not null default '',
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (program_id, id)
);
comment on table portal_code is 'One-time codes by e-mail or message (also to contacts nobody is known by), one-time links, and challenges that a passkey has answered';
comment on column portal_code.digest is 'Of a code: keyed with the installation''s secret, since a code alone could be tried out';
comment on column portal_code.contact is 'The e-mail address or the phone number (E.164)';
create index portal_code_by_contact on portal_code (program_id, contact, created_at);
create index portal_code_by_phone on portal_code (program_id, created_at)
    where contact_kind = 'phone';
create index portal_code_by_address on portal_code (program_id, address, created_at);
create unique index portal_code_link on portal_code (program_id, digest) where kind = 'link';

create table portal_device (
    program_id uuid not null,
    member_id uuid not null,
    digest bytea not null check (length(digest) = 32),
    since_at timestamptz not null,
    may_redeem_at timestamptz not null,
    primary key (program_id, member_id, digest)
);
comment on column portal_device.may_redeem_at is 'A new device cannot take rewards at once (T17)';

create table portal_passkey (
    program_id uuid not null,
    id bytea not null check (length(id) between 1 and 1024),
    member_id uuid not null,
    credential bytea not null,
    name text not null default '',
    counter bigint not null default 0,
    added_at timestamptz not null,
    used_at timestamptz,
    primary key (program_id, id)
);
comment on table portal_passkey is 'Public keys by which members sign in; the private ones never leave their devices';
comment on column portal_passkey.counter is 'Of the device''s signatures; one that counts backwards was copied';
create index portal_passkey_of_member on portal_passkey (program_id, member_id);

create table portal_session (
    program_id uuid not null,
    digest bytea not null check (length(digest) = 32),
    contact_kind text not null default 'email' check (contact_kind in ('email', 'phone')),
    contact text not null,
    member_id uuid,
    device bytea not null,
    misses integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (program_id, digest)
);
comment on column portal_session.member_id is 'Nobody yet: the contact is proven and has not joined';
create index portal_session_of_member on portal_session (program_id, member_id) where ended_at is null;

-- Which program an address of the portal means. Asked before any row may be seen, so it looks past
-- the policies; it tells what is written on the shop's door.
create function portal_program(organization_slug text, program_slug text)
returns table (organization_id uuid, name text, settings jsonb, program_id uuid, revision integer)
language sql stable security definer set search_path from current as $$
    select o.id, o.name, o.settings, p.id,
           (select max(r.number) from revision r where r.program_id = p.id)
      from organization o
      join program p on p.organization_id = o.id
     where o.slug = organization_slug and p.slug = program_slug
$$;
revoke all on function portal_program from public;
grant execute on function portal_program to regulars_pages, regulars_app;

-- The only program of the installation, where there is one only.
create function portal_only()
returns table (organization_slug text, program_slug text)
language sql stable security definer set search_path from current as $$
    select o.slug, p.slug from program p join organization o on o.id = p.organization_id
     where (select count(*) from program) = 1
$$;
revoke all on function portal_only from public;
grant execute on function portal_only to regulars_pages;
