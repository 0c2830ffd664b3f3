-- Vouchers: codes carrying an entitlement, and the lots they were made in.

create table voucher_lot (
    program_id uuid not null,
    name text not null,
    definition text not null,
    source text not null check (source in ('generated', 'given', 'public')),
    state text not null default 'active' check (state in ('active', 'paused', 'withdrawn')),
    issued integer not null check (issued >= 0),
    uses integer check (uses > 0),
    per_member integer check (per_member > 0),
    valid_from timestamptz not null,
    valid_until timestamptz,
    digest bytea not null,
    made_at timestamptz not null,
    primary key (program_id, name)
);
comment on table voucher_lot is 'Codes made or brought in together; what they do, the definition and its campaigns say';
comment on column voucher_lot.uses is 'How often each code can be used; null = as often as one likes';
comment on column voucher_lot.digest is 'Of the codes that were given, so that the same file twice changes nothing';

create table voucher (
    program_id uuid not null,
    code text not null,
    definition text not null,
    member_id uuid,
    issued_by uuid,
    campaign text not null default '',
    lot text not null default '',
    uses_left integer check (uses_left >= 0),
    valid_from timestamptz not null,
    valid_until timestamptz,
    blocked_at timestamptz,
    primary key (program_id, code)
) with (fillfactor = 80);
create index voucher_by_member on voucher (program_id, member_id) where member_id is not null;
create index voucher_by_lot on voucher (program_id, lot, code) where lot <> '';
create index voucher_left on voucher (program_id, lot) where lot <> '' and uses_left > 0;
create index voucher_by_activity on voucher (program_id, issued_by) where issued_by is not null;
