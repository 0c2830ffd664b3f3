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
