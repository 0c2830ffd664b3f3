-- name: list
-- $1 program, $2 most
select id, title, state, base, source, version, starts_on, note, created_at, author, writers,
       changed_at, changed_by, submitted_at, submitted_by, approved_at, approved_by, revision, alone
  from draft
 where program_id = $1 and state <> 'dropped'
 order by state = 'published', changed_at desc, id
 limit $2

-- name: one
-- $1 program, $2 draft
select id, title, state, base, source, version, starts_on, note, created_at, author, writers,
       changed_at, changed_by, submitted_at, submitted_by, approved_at, approved_by, revision, alone
  from draft
 where program_id = $1 and id = $2

-- name: add
-- $1 program, $2 id, $3 title, $4 base, $5 source, $6 now, $7 author, $8 the author's id, where it
-- is one of the staff
insert into draft (program_id, id, title, state, base, source, created_at, author, writers,
                   changed_at, changed_by)
values ($1, $2, $3, 'open', $4, $5, $6, $7, array_remove(array[$8::uuid], null), $6, $7)

-- name: change
-- Only of the version the writer has seen, and only while it is open.
-- $1 program, $2 draft, $3 version, $4 source, $5 base, $6 now, $7 who, $8 their id
update draft
   set source = $4, base = $5, version = version + 1, changed_at = $6, changed_by = $7,
       writers = case when $8::uuid = any (writers) then writers else writers || $8::uuid end
 where program_id = $1 and id = $2 and version = $3 and state = 'open'
returning version

-- name: submit
-- $1 program, $2 draft, $3 version, $4 now, $5 who, $6 starts_on, $7 note, $8 their id or null
update draft
   set state = 'submitted', submitted_at = $4, submitted_by = $5, starts_on = $6, note = $7,
       version = version + 1,
       writers = case when $8::uuid is null or $8::uuid = any (writers) then writers
                      else writers || $8::uuid end
 where program_id = $1 and id = $2 and version = $3 and state = 'open'
returning version

-- name: reopen
-- Back to its writers: taken back, or not let through.
-- $1 program, $2 draft, $3 version, $4 note
update draft
   set state = 'open', approver = null, alone = false, approved_at = null, approved_by = '',
       version = version + 1,
       note = coalesce($4, note)
 where program_id = $1 and id = $2 and version = $3 and state in ('submitted', 'approved')
returning version

-- name: approve
-- $1 program, $2 draft, $3 version, $4 now, $5 who, $6 their id
update draft
   set state = 'approved', approved_at = $4, approved_by = $5, approver = $6, version = version + 1
 where program_id = $1 and id = $2 and version = $3 and state = 'submitted'
   and not $6::uuid = any (writers)
returning version

-- name: approve_alone
-- By the one who wrote it, where the organization has declared so (`draft_alone_declared`).
-- $1 program, $2 draft, $3 version, $4 now, $5 who
update draft
   set state = 'approved', approved_at = $4, approved_by = $5, alone = true, version = version + 1
 where program_id = $1 and id = $2 and version = $3 and state = 'submitted'
returning version

-- name: published
-- $1 program, $2 draft, $3 version, $4 revision
update draft
   set state = 'published', revision = $4, version = version + 1
 where program_id = $1 and id = $2 and version = $3 and state = 'approved'
returning version

-- name: drop
-- $1 program, $2 draft, $3 version
update draft
   set state = 'dropped', version = version + 1
 where program_id = $1 and id = $2 and version = $3 and state <> 'published'
returning version

-- name: products
-- Those asked for, and the first few of the list to choose from, with what they cost now.
-- $1 program, $2 article numbers, $3 now, $4 most
select p.sku, p.name, p.category, p.brand, p.minimum_price_minor, p.labels, p.role, p.tax_bp,
       coalesce(w.price_minor, 0)
  from (select * from product where program_id = $1 and sku = any ($2::text[])
        union
        (select * from product where program_id = $1 order by sku limit $4)) p
  left join lateral (
       select price_minor from product_price o
        where o.program_id = p.program_id and o.sku = p.sku and o.from_at <= $3::timestamptz
        order by o.from_at desc limit 1) w on true
 order by p.sku
