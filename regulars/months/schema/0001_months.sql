-- What has been put away of the log, so that every sum and the chain of seals still hold without it.
-- These tables belong to the whole installation, and are written by its owner only.

create table month_rule (
    only_one boolean primary key default true check (only_one),
    keep_months integer not null check (keep_months >= 13),
    declared_at timestamptz not null
);
comment on table month_rule is 'How many months stay; without a row all of them do';

create table month_detached (
    name text primary key,
    from_id uuid,
    until_id uuid not null unique,
    until_at timestamptz not null,
    activities bigint not null,
    postings bigint not null,
    activities_sum numeric not null,
    postings_sum numeric not null,
    detached_at timestamptz not null,
    exported_at timestamptz,
    dropped_at timestamptz
);
comment on column month_detached.from_id is 'Null: from the beginning. An id from here to before until_id is of this month';
comment on column month_detached.activities_sum is 'Of a hash of each row: what is brought back must be the same';

create table month_carried (
    program_id uuid not null,
    month text not null references month_detached,
    member_id uuid not null,
    asset text not null,
    against text not null,
    amount numeric not null,
    primary key (program_id, member_id, asset, against, month)
);
comment on table month_carried is 'What the postings of a detached month add up to, for each account';
create index month_carried_of on month_carried (month);

create table month_sealed (
    program_id uuid not null,
    month text not null references month_detached,
    no bigint not null,
    postings bigint not null,
    primary key (program_id, no, month)
);
comment on table month_sealed is 'How many postings of a seal lie in a detached month';
create index month_sealed_of on month_sealed (month);
