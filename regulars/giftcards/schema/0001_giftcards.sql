-- Gift cards: bearers of money. What a card holds is an account of the ledger in the program's
-- currency whose holder is the card (docs/decisions/0008).

create table gift_card (
    program_id uuid not null,
    id uuid not null,
    code text not null,
    pin text not null default '',
    definition text not null,
    state text not null default 'active' check (state in ('active', 'blocked', 'cancelled')),
    expires_at timestamptz,
    version bigint not null default 0,
    sold_at timestamptz not null,
    primary key (program_id, id),
    unique (program_id, code)
) with (fillfactor = 80);
comment on column gift_card.version is 'Grows with every change of the card or its account, so that an old reading is noticed';

create table gift_card_load (
    program_id uuid not null,
    activity_id uuid not null,
    line integer not null,
    card_id uuid not null,
    amount bigint not null check (amount > 0),
    primary key (program_id, activity_id, line, card_id)
);
comment on table gift_card_load is 'Which line of which purchase put money on which card';
