-- The ledger: the truth about every value. Only `regulars.ledger` writes here.

create table account (
    program_id uuid not null,
    holder_id uuid not null,
    asset text not null,
    pending bigint not null default 0 check (pending >= 0),
    available bigint not null default 0 check (available >= 0),
    held bigint not null default 0 check (held >= 0),
    owed bigint not null default 0 check (owed >= 0),
    as_of timestamptz not null,
    next_due_at timestamptz,
    primary key (program_id, holder_id, asset)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
comment on table account is 'What a member has of an asset. Balance = pending + available + held - owed';
comment on column account.owed is 'Overdrawn by a return under a declared policy; the next credit repays it first';
comment on column account.as_of is 'A lot is pending here as long as it becomes available after this instant';
comment on column account.next_due_at is 'No lot becomes available or expires before this instant';
create index account_due on account (next_due_at) where next_due_at is not null;

create sequence posting_number as bigint;
create table posting (
    program_id uuid not null,
    member_id uuid not null,
    id uuid not null,
    seq bigint not null default nextval('posting_number'),
    activity_id uuid not null,
    kind text not null,
    at timestamptz not null,
    asset text not null,
    amount bigint not null check (amount <> 0),
    against text not null,
    primary key (program_id, member_id, id)
) partition by range (id);
comment on table posting is 'By month. One bookkeeping event: an amount to the member (negative: from the member) against an account of the program. Its two entries balance by construction';
comment on column posting.seq is 'The order of the log, as sealed. Numbers come from the sequence alone: the role that writes may not name one';
comment on column posting.against is 'The program''s side: issued, redeemed, expired, written_off, corrected, transferred (always at nothing in sum), fees, donated, sold';
create index posting_seq on posting (seq);
create index posting_at on posting using brin (at) with (autosummarize = on, pages_per_range = 32);
comment on index posting_at is 'What was posted today lies at the end of the log: a summary of some kilobytes finds it, at no cost to who posts';

create view entry with (security_invoker = true) as
select program_id, id as posting_id, member_id as holder_id, 'own' as purpose, asset, amount, seq
  from posting
union all
select program_id, id, program_id, against, asset, -amount, seq from posting;
comment on view entry is 'The entries of the postings: one signed amount on one account each';

create table lot (
    program_id uuid not null,
    member_id uuid not null,
    id uuid not null,
    activity_id uuid not null,
    asset text not null,
    amount bigint not null check (amount > 0),
    remaining bigint not null check (remaining >= 0),
    expired bigint not null default 0 check (expired >= 0),
    available_at timestamptz not null,
    expires_at timestamptz,
    primary key (program_id, member_id, id),
    check (remaining + expired <= amount)
) with (fillfactor = 80);
comment on table lot is 'One credit, named like its posting, with its own availability and expiry; debits use the earliest expiry first';

create index lot_open on lot (program_id, member_id, asset) where remaining > 0;

create table lot_use (
    program_id uuid not null,
    member_id uuid not null,
    lot_id uuid not null,
    posting_id uuid,
    hold_id uuid,
    amount bigint not null check (amount <> 0),
    no bigint generated always as identity,
    primary key (program_id, member_id, lot_id, no),
    check ((posting_id is null) <> (hold_id is null))
);
comment on table lot_use is 'Which lots a debit or a hold took from; a voided hold gives back with a negative amount';

create table hold (
    program_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    activity_id uuid not null,
    asset text not null,
    amount bigint not null check (amount > 0),
    lots uuid[] not null,
    amounts bigint[] not null,
    lapses_at timestamptz not null,
    closed_at timestamptz,
    outcome text check (outcome in ('settled', 'voided', 'lapsed')),
    reward text not null default '',
    taken_by uuid,
    primary key (program_id, id),
    check ((closed_at is null) = (outcome is null))
);
comment on column hold.reward is 'REWARD or REWARD/PLACE, of one that may run out: given back to the stock when the hold is voided or lapses';
comment on column hold.taken_by is 'The member who redeems, where another one of the household does';
create index hold_open on hold (lapses_at) where closed_at is null;
create index hold_by_member on hold (program_id, member_id);
create index hold_by_activity on hold (program_id, activity_id);
create index hold_by_taker on hold (program_id, taken_by) where taken_by is not null;

create table seal (
    program_id uuid not null,
    no bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    postings bigint not null,
    digest bytea not null,
    previous bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null,
    primary key (program_id, no)
);
comment on column seal.digest is 'Of its postings: the chain can be followed past those of detached months';
comment on table seal is 'The hash chain over the log: each seal covers the postings of a program up to last_seq';

create table posting_day (
    program_id uuid not null,
    day date not null,
    asset text not null,
    against text not null,
    amount bigint not null,
    primary key (program_id, day, asset, against)
);
comment on table posting_day is 'What sealed postings add up to, by the program''s day: written with their seal, in its transaction; can be rebuilt from the log';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'table % is append-only: correct it with a new posting', tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger posting_append_only before update or delete or truncate on posting
    for each statement execute function refuse_change();
create trigger lot_use_append_only before update or delete or truncate on lot_use
    for each statement execute function refuse_change();
create trigger seal_append_only before update or delete or truncate on seal
    for each statement execute function refuse_change();
