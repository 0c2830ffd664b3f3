-- Everything that happens is an activity; what was decided about it is kept with it for ever.

create table activity (
    program_id uuid not null,
    id uuid not null,
    member_id uuid,
    kind text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    shop text not null default '',
    till text not null default '',
    receipt text not null default '',
    revision integer not null default 0,
    refers_to uuid,
    list_minor bigint not null default 0,
    paid_minor bigint not null default 0,
    facts text not null default '',
    decision text not null default '',
    answer text not null default '',
    primary key (program_id, id)
) partition by range (id);
comment on table activity is 'By month: an id begins with its instant (kit/months.py)';
comment on column activity.facts is 'Everything the decision depended on (JSON), so that it can be run again';
comment on column activity.decision is 'Outcomes and compact trace (JSON), as the engine answered';
comment on column activity.answer is 'What the caller was told (JSON); said again when the same request comes again';
create index activity_by_member on activity (program_id, member_id, id);
create index activity_refers on activity (program_id, refers_to) where refers_to is not null;

create table idempotency (
    program_id uuid not null,
    key text not null,
    digest bytea not null,
    activity_id uuid not null,
    primary key (program_id, key)
);
comment on table idempotency is 'Every key for good: narrow on purpose; the answer stands with the activity';

create table counter (
    program_id uuid not null,
    member_id uuid not null,
    campaign text not null,
    scope text not null,
    day integer not null default 0,
    used bigint not null check (used >= 0),
    primary key (program_id, member_id, campaign, scope, day)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
comment on table counter is 'Uses and budgets of limited campaigns; the nil member counts for the whole program';

create table outbox (
    program_id uuid not null,
    id uuid not null,
    activity_id uuid not null,
    topic text not null,
    primary key (program_id, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
comment on table outbox is 'A queue, empty within a second: dead rows are cleared away by number, not by share';

create table quote (
    program_id uuid not null,
    id uuid not null,
    member_id uuid,
    promised text not null,
    lapses_at timestamptz not null,
    closed_at timestamptz,
    outcome text check (outcome in ('used', 'lapsed', 'voided')),
    primary key (program_id, id)
);
create index quote_open on quote (lapses_at) where closed_at is null;
create index quote_by_member on quote (program_id, member_id) where member_id is not null;

create unlogged table miss (
    program_id uuid not null,
    bucket bytea not null,
    window_no bigint not null,
    misses integer not null,
    primary key (program_id, bucket)
) with (fillfactor = 70);
comment on table miss is 'Who missed how often lately (wrong codes and cards): by key, member and address, each as a hash. Written only on misses; losing it costs a minute';

create table day_total (
    program_id uuid not null,
    day date not null,
    kind text not null,
    activities bigint not null,
    list_minor bigint not null,
    paid_minor bigint not null,
    primary key (program_id, day, kind)
);
comment on table day_total is 'A projection of the log, fed from the outbox; can be rebuilt at any time';

create table job_success (
    job text primary key,
    succeeded_at timestamptz not null
) with (fillfactor = 50);
comment on table job_success is 'When each job of the worker, and a backup, last ended well: what alarms are made of';
revoke all on job_success from regulars_app;
