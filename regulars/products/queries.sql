-- Products are put in set-based: first what is known is changed, then what is not is added.

-- name: update
-- A null says nothing; rows that stay the same are not touched.
with changed as (
    update product p
       set ean = coalesce(w.ean, p.ean), name = coalesce(w.name, p.name),
           category = coalesce(w.category, p.category), brand = coalesce(w.brand, p.brand),
           producer = coalesce(w.producer, p.producer),
           min_price_minor = coalesce(w.min_price_minor, p.min_price_minor),
           updated_at = $9::timestamptz
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                  $8::bigint[])
           as w (sku, ean, name, category, brand, producer, min_price_minor)
     where p.program_id = $1::uuid and p.sku = w.sku
       and (p.ean, p.name, p.category, p.brand, p.producer, p.min_price_minor)
           is distinct from
           (coalesce(w.ean, p.ean), coalesce(w.name, p.name), coalesce(w.category, p.category),
            coalesce(w.brand, p.brand), coalesce(w.producer, p.producer),
            coalesce(w.min_price_minor, p.min_price_minor))
    returning 1
)
select count(*) from changed

-- name: add
with added as (
    insert into product (program_id, sku, ean, name, category, brand, producer, min_price_minor,
                         updated_at)
    select $1::uuid, w.sku, coalesce(w.ean, ''), coalesce(w.name, ''), coalesce(w.category, ''),
           coalesce(w.brand, ''), coalesce(w.producer, ''), coalesce(w.min_price_minor, 0),
           $9::timestamptz
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                  $8::bigint[])
           as w (sku, ean, name, category, brand, producer, min_price_minor)
     order by w.sku
    on conflict (program_id, sku) do nothing
    returning 1
)
select count(*) from added

-- name: announce
-- Heard by every till when this transaction commits.
select pg_notify('regulars_products', $1::text)

