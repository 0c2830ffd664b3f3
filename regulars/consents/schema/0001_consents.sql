-- What members allowed and took back, each act as a row of its own (T21). Nothing is overwritten: the
-- last row of a consent is what holds, the others are the proof of what held when.

create table consent (
    program_id uuid not null,
    member_id uuid not null,
    id uuid not null,
    consent text not null,
    purpose text not null,
    channel text not null,
    given boolean not null,
    text_version text not null,
    revision integer not null,
    language text not null,
    actor text not null,
    activity_id uuid not null,
    at timestamptz not null,
    number bigint generated always as identity,
    primary key (program_id, member_id, id)
);
comment on table consent is 'Consents given and withdrawn; the last row of each is in force';
comment on column consent.consent is 'Its name in the program document, where its text stands';
comment on column consent.revision is 'The revision of the document whose text was shown, in that language';
comment on column consent.actor is 'Who did it: member, or who did it for them';

comment on column consent.number is 'In which order it happened, also within a second: who writes holds the member''s lock';

create function refuse_change_of_consent() returns trigger language plpgsql as $$
begin
    raise exception 'what was consented to is append-only' using errcode = 'restrict_violation';
end $$;

create trigger consent_append_only before update or truncate on consent
    for each statement execute function refuse_change_of_consent();
