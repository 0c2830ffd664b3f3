-- What members have done for stamp cards, challenges, streaks and badges: one row a member, loaded
-- with the member by programs that have any of them. Only what they were given for it is value, and
-- that stands in the ledger.

create table progress (
    program_id uuid not null,
    member_id uuid not null,
    state text not null,
    prizes uuid[] not null default '{}',
    badges text[] not null default '{}',
    primary key (program_id, member_id)
) with (fillfactor = 70);
comment on column progress.state is 'Counts and what was given for them (JSON, `engine.progress.Progress`)';
comment on column progress.prizes is 'Causes of the lots and vouchers of prizes that a return may take back';

create table player (
    program_id uuid not null,
    member_id uuid not null,
    display_name text not null,
    since_at timestamptz not null,
    primary key (program_id, member_id)
);
comment on table player is 'Members who want to be seen on leaderboards, and by which name';
