-- Who was erased, so that a backup from before is erased again; and what pages may not do alone.

create table erasure (
    program_id uuid not null,
    member_id uuid not null,
    at timestamptz not null,
    asked_by text not null check (asked_by in ('member', 'staff', 'retention')),
    primary key (program_id, member_id)
);
comment on table erasure is 'Members who were erased. It names nobody: the id is a random number';

-- What is kept of an activity without whose it was: of a judged case the member''s attributes, the
-- ages of their children and what they told are taken out; of others free text, names and numbers.
create function scrubbed(kind text, said text) returns text language plpgsql immutable as $$
declare
    found jsonb;
begin
    if said = '' then
        return said;
    end if;
    found := said::jsonb;
    if jsonb_typeof(found) = 'object' then
        return (found - array['text', 'note', 'reason', 'name', 'display_name', 'email', 'phone',
                              'card', 'code', 'codes', 'identifier', 'detail',
                              'deliver_to', 'tracking', 'address'])::text;
    end if;
    if kind <> 'return' and jsonb_typeof(found -> 7) = 'array' and jsonb_array_length(found) > 7 then
        found := jsonb_set(jsonb_set(found, '{7,1}', '{}', false), '{7,12}', '[]', false);
        found := jsonb_set(found, '{10}', '{}', false);
    end if;
    return found::text;
end $$;
comment on function scrubbed is 'Facts as engine.facts stores them: 7 is the member, in it 1 attributes and 12 ages of children; 10 the details of an activity';

-- The record of what the staff did cannot be changed by pages; this takes out of it what it tells
-- about somebody who was erased, and only that.
create function erase_records(whose uuid, members uuid[]) returns void
    language plpgsql volatile security definer set search_path from current as $$
declare
    gone uuid[] := array(select member_id from erasure
                          where program_id = whose and member_id = any (members));
    allowed text := nullif(current_setting('regulars.programs', true), '');
begin
    if allowed is not null and not whose = any (string_to_array(allowed, ',')::uuid[]) then
        raise exception 'this program is another organization''s' using errcode = 'insufficient_privilege';
    end if;
    update audit_event set details = '{}'
     where organization_id = (select organization_id from program where id = whose)
       and object = any (gone::text[]) and details <> '{}';
    delete from staff_own_member where program_id = whose and member_id = any (gone);
end $$;
revoke all on function erase_records from public;
grant execute on function erase_records to regulars_app;

create table retention (
    program_id uuid not null,
    clock text not null,
    done_at timestamptz not null,
    forgotten bigint not null default 0,
    upto uuid,
    primary key (program_id, clock)
);
comment on table retention is 'When each clock of a program was last looked at, and how much was forgotten so far';
comment on column retention.upto is 'The last activity that was looked at; later ones are still to come';
