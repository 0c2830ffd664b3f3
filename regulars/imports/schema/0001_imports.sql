-- How far each import has come; written in the same transaction as each chunk.

create table import_run (
    program_id uuid not null,
    kind text not null,
    digest text not null,
    source text not null,
    done bigint not null default 0,
    counts text not null default '{}',
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (program_id, kind, digest)
);
comment on column import_run.digest is 'Hash of the content and of how it was read: the same twice has no effect';
comment on column import_run.done is 'Operations carried out, in their order; an interrupted import goes on from here';
comment on column import_run.counts is 'What became of them (JSON), added up over the chunks';

-- Files given on a page: kept until the worker has dealt with them, in parts, because pages and
-- worker have nothing but the database in common.

create table import_file (
    program_id uuid not null,
    id uuid not null,
    noun text not null,
    name text not null,
    size bigint not null,
    digest text not null,
    settings text not null default '{}',
    made_by uuid,
    made_by_name text not null default '',
    made_at timestamptz not null,
    wanted_at timestamptz,
    dry boolean not null default false,
    taken_until timestamptz,
    part real not null default 0,
    done bigint not null default 0,
    total bigint not null default 0,
    ended_at timestamptz,
    outcome text not null default ''
        check (outcome in ('', 'checked', 'done', 'known', 'refused', 'stopped', 'broken')),
    said text not null default '',
    counts text not null default '{}',
    fault_count bigint not null default 0,
    faults text not null default '[]',
    primary key (program_id, id),
    check ((ended_at is null) = (outcome = ''))
);
create index import_file_waiting on import_file (wanted_at)
    where wanted_at is not null and ended_at is null;
create index import_file_lately on import_file (program_id, noun, id);
comment on column import_file.settings is 'How it is to be read: the mapping and what becomes of unknown members (JSON)';
comment on column import_file.wanted_at is 'From then on the worker may take it; with dry it tries all and keeps nothing';
comment on column import_file.taken_until is 'A worker has it in hand; if it dies, another one takes it afterwards';
comment on column import_file.part is 'How much of it is read, 0 to 1; done of total operations are carried out';
comment on column import_file.outcome is 'known: the same file was imported before; refused: it has faults; stopped: said tells where and why';
comment on column import_file.faults is 'The first ten thousand: line, column, code, figures (JSON)';

create table import_part (
    program_id uuid not null,
    file_id uuid not null,
    number integer not null,
    content bytea not null,
    primary key (program_id, file_id, number),
    foreign key (program_id, file_id) references import_file on delete cascade
);
