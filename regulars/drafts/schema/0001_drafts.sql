-- A draft is a whole document that is not in force yet. It stays when it is done with: who wrote it
-- and who let it through is part of the record.
create table draft (
    program_id uuid not null references program (id),
    id uuid not null,
    title text not null,
    state text not null check (state in ('open', 'submitted', 'approved', 'published', 'dropped')),
    base integer not null,              -- the revision it began from
    source text not null,
    version integer not null default 1, -- counts up with every change, so that a stale one is seen
    starts_on date,                     -- the local day on which it is to begin; null is at once
    note text not null default '',
    created_at timestamptz not null,
    author text not null,
    writers uuid[] not null,            -- everybody who changed it; none of them may approve it
    changed_at timestamptz not null,
    changed_by text not null,
    submitted_at timestamptz,
    submitted_by text not null default '',
    approved_at timestamptz,
    approved_by text not null default '',
    approver uuid,
    alone boolean not null default false, -- one person did it all, as the organization has declared
    revision integer,
    primary key (program_id, id),
    constraint draft_four_eyes check (approver is null or not approver = any (writers)),
    constraint draft_published_approved check (state not in ('approved', 'published') or alone
                                               or approver is not null)
);

-- What one person published alone says so, and is refused where the organization has not declared
-- that one may.
create function draft_alone_declared() returns trigger language plpgsql as $$
begin
    if not exists (select from program p join organization o on o.id = p.organization_id
                    where p.id = new.program_id and o.settings ->> 'approval' = 'alone') then
        raise exception 'a second person has to approve a draft of this organization'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger draft_alone_declared before insert or update of alone on draft
    for each row when (new.alone) execute function draft_alone_declared();
