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
    revision integer,
    primary key (program_id, id),
    constraint draft_four_eyes check (approver is null or not approver = any (writers)),
    constraint draft_published_approved check (state not in ('approved', 'published') or approver is not null)
);
