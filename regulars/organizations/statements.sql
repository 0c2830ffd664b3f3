-- name: add_organization
-- $1 id, $2 slug, $3 name, $4 created_at, $5 timezone
insert into organization (id, slug, name, created_at, timezone, settings)
values ($1, $2, $3, $4, $5, '{}')
on conflict (slug) do nothing

-- name: work_for
-- Under row-level security: from here on, for this organization.
-- $1 organization
select set_config('regulars.organization', $1, true)

-- name: found_organization
-- $1 id, $2 slug, $3 name, $4 created_at, $5 timezone
insert into organization (id, slug, name, created_at, timezone, settings)
values ($1, $2, $3, $4, $5, '{}')
on conflict (slug) do nothing
returning id

-- name: find_organization
-- $1 slug
select id, slug, name from organization where slug = $1

-- name: organizations
select id, slug, name from organization order by slug

-- name: add_shop
-- $1 id, $2 organization, $3 code, $4 name, $5 timezone, $6 address
insert into shop (id, organization_id, code, name, timezone, address)
values ($1, $2, $3, $4, $5, $6)
on conflict (organization_id, code) do update
   set name = excluded.name, timezone = excluded.timezone, address = excluded.address

-- name: find_shop
-- $1 organization, $2 code
select id, code, name, timezone, address from shop where organization_id = $1 and code = $2

-- name: shops
-- $1 organization
select id, code, name, timezone, address from shop where organization_id = $1 order by code

-- name: add_key
-- Nothing where one was asked for with the same Idempotency-Key.
-- $1 id, $2 organization, $3 shop or null, $4 label, $5 prefix, $6 hash, $7 scopes, $8 created_at,
-- $9 the request's Idempotency-Key or null, $10 who of the staff made it, or null
insert into api_key (id, organization_id, shop_id, label, prefix, hash, scopes, created_at, asked_with,
                     made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (organization_id, asked_with) do nothing
returning id

-- name: keys
-- $1 organization
select k.prefix, k.label, coalesce(s.code, ''), k.scopes, k.created_at, k.revoked_at
  from api_key k
  left join shop s on s.id = k.shop_id
 where k.organization_id = $1
 order by k.created_at, k.id

-- name: revoke_key
-- Once revoked, the first time stands.
-- $1 organization, $2 prefix, $3 revoked_at
update api_key
   set revoked_at = coalesce(revoked_at, $3)
 where organization_id = $1 and prefix = $2
returning label

-- name: announce_keys
-- Tills forget what they remember of keys.
select pg_notify('regulars_keys', '')

-- name: settings
-- $1 organization
select name, timezone, coalesce(settings ->> 'language', ''),
       coalesce(settings ->> 'currency', ''), coalesce(settings ->> 'colour', ''),
       coalesce(settings ->> 'logo', ''),
       coalesce(settings ->> 'approval', 'second')
  from organization where id = $1

-- name: set_settings
-- $1 organization, $2 name, $3 timezone, $4 language, $5 currency, $6 colour, $7 approval
update organization
   set name = $2, timezone = $3,
       settings = settings || jsonb_build_object('language', $4::text, 'currency', $5::text,
                                                 'colour', $6::text, 'approval', $7::text)
 where id = $1

-- name: put_logo
-- $1 organization, $2 digest, $3 width, $4 height, $5 content, $6 now
with put as (
    insert into organization_logo (organization_id, digest, width, height, content, changed_at)
    values ($1, $2, $3, $4, $5::bytea, $6)
    on conflict (organization_id) do update
       set digest = excluded.digest, width = excluded.width, height = excluded.height,
           content = excluded.content, changed_at = excluded.changed_at
)
update organization set settings = settings || jsonb_build_object('logo', $2::text) where id = $1

-- name: drop_logo
-- $1 organization
with gone as (delete from organization_logo where organization_id = $1)
update organization set settings = settings - 'logo' where id = $1

-- name: shown_logo
-- $1 digest
select shown_logo($1)
