-- Cards made in batches, before anybody holds them; the secrets and wallet passes of electronic ones.
-- Who holds a card, and whether it is blocked, lost or replaced then, is kept by `identifier` alone.

create table card_batch (
    program_id uuid not null,
    id uuid not null,
    name text not null,
    symbology text not null check (symbology in ('qr', 'code128', 'ean13')),
    numbering text not null check (numbering in ('range', 'random', 'imported')),
    activation text not null check (activation in ('batch', 'first_use')),
    size integer not null check (size > 0),
    design jsonb not null,
    logo bytea,
    made_by text not null default '',
    made_at timestamptz not null,
    activated_at timestamptz,
    primary key (program_id, id)
);
create unique index card_batch_by_name on card_batch (program_id, name);

create table card (
    program_id uuid not null,
    number text not null,
    batch_id uuid not null,
    position integer not null,
    ended text check (ended in ('blocked', 'lost')),
    ended_at timestamptz,
    primary key (program_id, number),
    check ((ended is null) = (ended_at is null))
);
create index card_by_batch on card (program_id, batch_id, position);
comment on column card.ended is 'Blocked or lost before anybody held it';

create table card_secret (
    program_id uuid not null,
    number text not null,
    secret bytea not null check (length(secret) = 40),
    since_at timestamptz not null,
    primary key (program_id, number)
);

create table card_pass (
    program_id uuid not null,
    serial uuid not null,
    number text not null,
    platform text not null check (platform in ('apple', 'google')),
    token text not null,
    made_at timestamptz not null,
    changed_at timestamptz not null,
    voided_at timestamptz,
    primary key (program_id, serial)
);
create unique index card_pass_once on card_pass (program_id, number, platform);

create table card_device (
    program_id uuid not null,
    device text not null,
    serial uuid not null,
    push_token text not null,
    since_at timestamptz not null,
    primary key (program_id, device, serial)
);

-- Whatever ends a card, by whichever way: its secret dies with it and its passes are void.
create function card_dies() returns trigger language plpgsql as $$
begin
  delete from card_secret where program_id = new.program_id and number = new.value;
  update card_pass set voided_at = new.ended_at, changed_at = new.ended_at
   where program_id = new.program_id and number = new.value and voided_at is null;
  return null;
end
$$;
create trigger card_dies after update of status on identifier
   for each row when (new.kind = 'card' and new.status <> 'active') execute function card_dies();
