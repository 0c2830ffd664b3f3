-- Vouchers: codes carrying an entitlement.

create table voucher (
    program_id uuid not null,
    code text not null,
    definition text not null,
    member_id uuid,
    issued_by uuid,
    campaign text not null default '',
    uses_left integer not null check (uses_left >= 0),
    valid_from timestamptz not null,
    valid_until timestamptz,
    blocked_at timestamptz,
    primary key (program_id, code)
) with (fillfactor = 80);
create index voucher_by_member on voucher (program_id, member_id) where member_id is not null;
create index voucher_by_activity on voucher (program_id, issued_by) where issued_by is not null;
