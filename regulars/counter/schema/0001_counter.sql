-- Tills that are open in a browser. What the browser holds is a secret of which we keep the hash.

create table till_session (
    organization_id uuid not null references organization,
    id uuid not null,
    program_id uuid not null references program,
    shop_id uuid not null references shop,
    till text not null check (length(till) between 1 and 64),
    staff_id uuid not null references staff,
    who text not null,
    digest bytea not null unique check (length(digest) = 32),
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    primary key (organization_id, id)
);
comment on table till_session is 'A till opened in a browser by one of the staff, for a while';
comment on column till_session.digest is 'SHA-256 of the secret in the browser''s cookie';
comment on column till_session.who is 'The e-mail address of the cashier when it was opened';
comment on column till_session.expires_at is 'By the wall''s clock, also where the tills have another';

-- Which till a browser is. Asked before an organization is known, so it looks past the policies;
-- who has left, or may not sign in any more, has no till.
create function open_till(secret_digest bytea, at timestamptz)
returns table (id uuid, organization_id uuid, program_id uuid, program text, shop text,
               shop_name text, till text, staff_id uuid, who text, expires_at timestamptz)
language sql stable security definer set search_path from current as $$
    select t.id, t.organization_id, t.program_id, p.slug::text, s.code, s.name, t.till, t.staff_id,
           t.who, t.expires_at
      from till_session t
      join program p on p.id = t.program_id
      join shop s on s.id = t.shop_id
      join staff f on f.id = t.staff_id and f.is_active
     where t.digest = secret_digest and t.closed_at is null and t.expires_at > at
       and exists (select from staff_membership m
                    where m.staff_id = t.staff_id and m.organization_id = t.organization_id
                      and m.ended_at is null
                      and (m.shops = '{}' or t.shop_id = any (m.shops)))
$$;
revoke all on function open_till from public;
grant execute on function open_till to regulars_pages;
