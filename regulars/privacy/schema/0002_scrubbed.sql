-- Answers are kept as arrays too, and their eighth part is what moved on (an array of arrays), no
-- member: only facts, whose eighth part begins with the member's id, have anybody's attributes.
create or replace function scrubbed(kind text, said text) returns text language plpgsql immutable as $$
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
    if kind <> 'return' and jsonb_typeof(found -> 7 -> 0) = 'string' then
        found := jsonb_set(jsonb_set(found, '{7,1}', '{}', false), '{7,12}', '[]', false);
        found := jsonb_set(found, '{10}', '{}', false);
    end if;
    return found::text;
end $$;
