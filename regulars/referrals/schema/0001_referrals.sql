-- Who was brought by whom, and the codes by which members bring others.

create table referral_code (
    program_id uuid not null,
    code text not null,
    member_id uuid not null,
    chosen boolean not null,
    primary key (program_id, code)
);
create index referral_code_of_member on referral_code (program_id, member_id);
comment on column referral_code.chosen is 'By the member. Who was merged brought their codes along: one of each sort is theirs, all lead to them';

create table referral (
    program_id uuid not null,
    friend_id uuid not null,
    referrer_id uuid not null,
    code text not null,
    entered_at timestamptz not null,
    status text not null check (status in ('open', 'rewarded', 'refused', 'closed')),
    purchase_id uuid,
    month integer not null default 0,
    usable_at timestamptz,
    paid boolean not null default false,
    prizes uuid[] not null default '{}',
    given text not null default '{}',
    primary key (program_id, friend_id),
    check (friend_id <> referrer_id)
) with (fillfactor = 80);
comment on column referral.paid is 'Whether the referrer was rewarded too, and not over the caps';
comment on column referral.prizes is 'Causes of the lots and vouchers of both sides';
create index referral_by_referrer on referral (program_id, referrer_id);
create index referral_by_purchase on referral (program_id, purchase_id) where purchase_id is not null;
