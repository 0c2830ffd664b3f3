-- name: revisions_of
-- Every revision of a program. The till keeps them all: a late purchase wants the one of its time.
-- $1 program
select number, extract(epoch from effective_at)::bigint, document::text
  from revision
 where program_id = $1
 order by number

-- name: lock_program
-- One application after the other. A lock by name, so that nobody reading the program waits.
-- $1 program
select pg_advisory_xact_lock(hashtextextended('regulars.program:' || $1::text, 0))

-- name: last_revision
-- $1 program
select r.number, r.document, r.effective_at, p.currency
  from program p
  left join lateral (
       select number, document::text as document, effective_at
         from revision
        where program_id = p.id
        order by number desc
        limit 1
  ) r on true
 where p.id = $1

-- name: add_revision
-- $1 id, $2 program, $3 number, $4 document, $5 source, $6 digest, $7 note, $8 author,
-- $9 created_at, $10 effective_at
insert into revision
       (id, program_id, number, document, source, digest, note, author, created_at, effective_at)
values ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9, $10)

-- name: name_program
-- What the program is called follows its document. Its currency never changes.
-- $1 program, $2 name, $3 timezone
update program
   set name = $2, timezone = $3
 where id = $1

-- name: announce
-- Heard by every till when this transaction commits.
-- $1 program
select pg_notify('regulars_program', $1::text)

-- name: find_program
-- $1 organization, $2 slug
select id, currency from program where organization_id = $1 and slug = $2

-- name: programs_of
-- $1 organization
select id, slug from program where organization_id = $1 order by slug

-- name: add_program
-- $1 id, $2 organization, $3 slug, $4 name, $5 currency, $6 timezone, $7 created_at
insert into program (id, organization_id, slug, name, currency, timezone, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (organization_id, slug) do nothing

-- name: history
-- $1 program
select number, note, author, created_at, effective_at, digest
  from revision
 where program_id = $1
 order by number desc

-- name: one_revision
-- The given revision, or the last one where $2 is null.
-- $1 program, $2 number or null
select number, note, author, created_at, effective_at, digest, source, document::text
  from revision
 where program_id = $1 and ($2::integer is null or number = $2::integer)
 order by number desc
 limit 1
