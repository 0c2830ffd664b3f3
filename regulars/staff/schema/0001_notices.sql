-- What somebody should know: in the console, and by mail where a mail server is set up.
create table staff_notice (
    organization_id uuid not null references organization,
    id uuid not null,
    staff_id uuid not null references staff,
    at timestamptz not null,
    code text not null,
    who text not null,
    object text not null,
    path text not null,
    read_at timestamptz,
    mailed_at timestamptz,
    primary key (organization_id, id)
);
comment on table staff_notice is 'For one person of the staff: code says it in notices.toml, object and path what it is about';
create index staff_notice_unread on staff_notice (staff_id, organization_id) where read_at is null;
create index staff_notice_unmailed on staff_notice (at) where mailed_at is null;
