-- Rewards: what was taken and how far its handing over is, codes that partners gave, pictures.

create table redemption (
    program_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    reward text not null,
    place text not null default '',
    state text not null check (state in ('to_prepare', 'ready', 'sent', 'handed_over', 'voided',
                                         'lapsed', 'returned')),
    deliver_to text not null default '',
    sent_by text not null default '',
    tracking text not null default '',
    taken_at timestamptz not null,
    changed_at timestamptz not null,
    lapses_at timestamptz,
    told text not null default '',
    primary key (program_id, id)
);
comment on column redemption.told is 'The state of which the member was told by mail';
create index redemption_news on redemption (changed_at) where state in ('ready', 'sent');
comment on table redemption is 'Rewards that were taken, named like their activities, as they stand; each step of the handing over is an activity that refers to it';
comment on column redemption.deliver_to is 'The address it is sent to, as the member wrote it';
create index redemption_waiting on redemption (program_id, lapses_at, id)
    where state in ('to_prepare', 'ready');
create index redemption_of_member on redemption (program_id, member_id, id);
create index redemption_lately on redemption (program_id, id desc);

create table reward_code (
    program_id uuid not null,
    reward text not null,
    no bigint generated always as identity,
    code text not null,
    digest bytea not null check (length(digest) = 32),
    list text not null,
    valid_until timestamptz,
    brought_at timestamptz not null,
    redemption_id uuid,
    primary key (program_id, reward, no),
    unique (program_id, reward, digest)
);
comment on table reward_code is 'Codes that a partner gave, handed out one by one: each belongs to one redemption at most';
comment on column reward_code.code is 'Encrypted with the installation''s key';
comment on column reward_code.digest is 'Keyed, so that the same code is brought in once and nobody can try codes out';
create index reward_code_free on reward_code (program_id, reward, no) where redemption_id is null;
create index reward_code_taken on reward_code (program_id, redemption_id)
    where redemption_id is not null;

create table reward_picture (
    program_id uuid not null,
    reward text not null,
    digest text not null,
    width integer not null,
    height integer not null,
    content bytea not null,
    made_at timestamptz not null,
    primary key (program_id, reward)
);
comment on table reward_picture is 'Pictures of rewards, encoded anew by us (WebP); the digest is their address';
create index reward_picture_by_digest on reward_picture (program_id, digest);
