-- Members of a program, what names them at the till, and what each bought by local day.
-- Hot tables: keys start with program_id and member_id, no foreign keys, so that they can be
-- partitioned and distributed; fill factor leaves room for updates in place.

create table party (
    organization_id uuid not null,
    id uuid not null,
    name text not null default '',
    email text not null default '',
    phone text not null default '',
    created_at timestamptz not null,
    primary key (organization_id, id)
);

create table member (
    program_id uuid not null,
    id uuid not null,
    party_id uuid,
    status text not null default 'active' check (status in (
        'active', 'blocked', 'ended', 'closed', 'merged', 'erased')),
    merged_into uuid,
    attributes jsonb not null default '{}',
    segments text[] not null default '{}',
    tier text not null default '',
    standing text not null default '',
    tier_due_at timestamptz,
    joined_at timestamptz not null,
    registered_at timestamptz,
    purchases integer not null default 0 check (purchases >= 0),
    spend_minor bigint not null default 0 check (spend_minor >= 0),
    first_purchase_at timestamptz,
    last_purchase_at timestamptz,
    version bigint not null default 0,
    search_name text collate "C" generated always as (lower(coalesce(
        attributes ->> 'name',
        (attributes ->> 'last_name') || ' ' || (attributes ->> 'first_name'),
        attributes ->> 'last_name'))) stored,
    primary key (program_id, id),
    check ((status = 'merged') = (merged_into is not null) or status = 'erased')
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
comment on column member.merged_into is 'The same person''s other membership, which has everything of this one now';
create index member_merged on member (program_id, merged_into) where merged_into is not null;
comment on column member.party_id is 'The person or organization behind it; none for an anonymous card';
comment on column member.version is 'Grows with every change of anything of this member: shows a reader that what it read beside the lock was old';

comment on column member.standing is 'Until which local day each level is held, and tiers given (JSON); tier follows from it';
comment on column member.tier_due_at is 'The tier does not change by time alone before this instant';
create index member_by_name on member (program_id, search_name) where search_name is not null;
comment on column member.search_name is 'By which staff find a person: a column of its own, so that row-level security lets its index be used';
create index member_tier_due on member (tier_due_at) where tier_due_at is not null;

create table tier_change (
    program_id uuid not null,
    member_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    tier text not null,
    before text not null,
    reason text not null check (reason in (
        'reached', 'not_kept', 'balance', 'bought', 'given', 'withdrawn', 'given_ended', 'returned')),
    activity_id uuid,
    actor text not null default '',
    note text not null default '',
    given text not null default '',
    until_at timestamptz,
    primary key (program_id, member_id, id)
);
comment on table tier_change is 'Every change of a member''s tier: when, from what to what, and why';
comment on column tier_change.at is 'When it fell due, whenever that was noticed';

create table identifier (
    program_id uuid not null,
    kind text not null,
    value text not null,
    member_id uuid not null,
    status text not null default 'active' check (status in ('active', 'blocked', 'replaced', 'lost')),
    since_at timestamptz not null,
    ended_at timestamptz,
    replaced_by text,
    primary key (program_id, kind, value)
);
create index identifier_by_member on identifier (program_id, member_id);

create table member_day (
    program_id uuid not null,
    member_id uuid not null,
    day date not null,
    visits integer not null check (visits >= 0),
    spend_minor bigint not null check (spend_minor >= 0),
    primary key (program_id, member_id, day)
) with (fillfactor = 90);
comment on table member_day is 'Visits and spend by local day, for conditions about a window of the past';

create table qualified_day (
    program_id uuid not null,
    member_id uuid not null,
    asset text not null,
    day date not null,
    points bigint not null check (points >= 0),
    primary key (program_id, member_id, asset, day)
) with (fillfactor = 90);
comment on table qualified_day is 'Points earned by local day, where tiers are reached by them';
