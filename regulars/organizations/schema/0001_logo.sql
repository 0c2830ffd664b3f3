-- The organization's logo, as members, cashiers and staff see it. Its digest stands in the settings.

create table organization_logo (
    organization_id uuid primary key references organization,
    digest text not null,
    width integer not null,
    height integer not null,
    content bytea not null,
    changed_at timestamptz not null
);
create index organization_logo_by_digest on organization_logo (digest);

-- Who knows a digest has seen the page it stands on: anybody may fetch what is shown to everybody.
create function shown_logo(wanted text) returns bytea
    language sql stable security definer set search_path from current as $$
    select content from organization_logo where digest = wanted limit 1
$$;
revoke all on function shown_logo from public;
