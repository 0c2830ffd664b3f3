-- Households and teams: members who belong together. State as records: who left has a row that says
-- when. No row of a household is locked; see regulars/activities/households.py.

create table household (
    program_id uuid not null,
    id uuid not null,
    kind text not null,
    founded_at timestamptz not null,
    dissolved_at timestamptz,
    primary key (program_id, id)
);

create table household_member (
    program_id uuid not null,
    household_id uuid not null,
    member_id uuid not null,
    role text not null check (role in ('head', 'member', 'child')),
    joined_at timestamptz not null,
    left_at timestamptz,
    primary key (program_id, member_id, household_id, joined_at),
    check (left_at >= joined_at)
);
create unique index household_of_member on household_member (program_id, member_id)
    where left_at is null;
create index household_members on household_member (program_id, household_id) where left_at is null;
create unique index household_head on household_member (program_id, household_id)
    where left_at is null and role = 'head';

create table household_invitation (
    program_id uuid not null,
    household_id uuid not null,
    member_id uuid not null,
    role text not null check (role in ('member', 'child')),
    invited_by uuid not null,
    lapses_at timestamptz not null,
    outcome text check (outcome in ('joined', 'declined', 'withdrawn', 'dissolved')),
    primary key (program_id, household_id, member_id)
);
comment on table household_invitation is 'The last invitation of a member to a household; all of them are in the log of activities';
