-- Products are put in set-based: first what is known is changed, then what is not is added.

-- name: update
-- A null says nothing; rows that stay the same are not touched.
with changed as (
    update product p
       set ean = coalesce(w.ean, p.ean),
           name = coalesce(w.name, p.name),
           category = coalesce(w.category, p.category),
           brand = coalesce(w.brand, p.brand),
           producer = coalesce(w.producer, p.producer),
           labels = coalesce(string_to_array(w.labels, ' '), p.labels),
           role = coalesce(w.role, p.role),
           tax_bp = coalesce(w.tax_bp, p.tax_bp),
           minimum_price_minor = coalesce(w.minimum_price_minor, p.minimum_price_minor),
           cost_minor = coalesce(w.cost_minor, p.cost_minor),
           updated_at = $13::timestamptz
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::integer[], $11::bigint[], $12::bigint[])
           as w (sku, ean, name, category, brand, producer, labels, role, tax_bp,
                 minimum_price_minor, cost_minor)
     where p.program_id = $1::uuid and p.sku = w.sku
       and (p.ean, p.name, p.category, p.brand, p.producer, p.labels, p.role, p.tax_bp,
            p.minimum_price_minor, p.cost_minor)
           is distinct from
           (coalesce(w.ean, p.ean),
            coalesce(w.name, p.name),
            coalesce(w.category, p.category),
            coalesce(w.brand, p.brand),
            coalesce(w.producer, p.producer),
            coalesce(string_to_array(w.labels, ' '), p.labels),
            coalesce(w.role, p.role),
            coalesce(w.tax_bp, p.tax_bp),
            coalesce(w.minimum_price_minor, p.minimum_price_minor),
            coalesce(w.cost_minor, p.cost_minor))
    returning 1
)
select count(*) from changed

-- name: add
with added as (
    insert into product (program_id, sku, ean, name, category, brand, producer, labels, role,
                         tax_bp, minimum_price_minor, cost_minor, updated_at)
    select $1::uuid, w.sku, coalesce(w.ean, ''),
           coalesce(w.name, ''),
           coalesce(w.category, ''),
           coalesce(w.brand, ''),
           coalesce(w.producer, ''),
           coalesce(string_to_array(w.labels, ' '), '{}'),
           coalesce(w.role, ''),
           coalesce(w.tax_bp, 0),
           coalesce(w.minimum_price_minor, 0),
           w.cost_minor,
           $13::timestamptz
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::integer[], $11::bigint[], $12::bigint[])
           as w (sku, ean, name, category, brand, producer, labels, role, tax_bp,
                 minimum_price_minor, cost_minor)
     order by w.sku
    on conflict (program_id, sku) do nothing
    returning 1
)
select count(*) from added

-- name: price
-- A list price from an instant on, where it is another than the one in force then. Told again for
-- the same instant it is corrected.
with told as (
    insert into product_price (program_id, sku, shop, from_at, price_minor, recorded_at)
    select $1::uuid, w.sku, w.shop, w.from_at, w.price_minor, $6::timestamptz
      from unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[])
           as w (sku, shop, from_at, price_minor)
     where w.price_minor is distinct from (
               select o.price_minor from product_price o
                where o.program_id = $1::uuid and o.sku = w.sku and o.shop = w.shop
                  and o.from_at <= w.from_at
                order by o.from_at desc limit 1)
     order by w.sku, w.shop, w.from_at
    on conflict (program_id, sku, shop, from_at) do update set price_minor = excluded.price_minor
    returning 1
)
select count(*) from told

-- name: stock
-- Products with what they cost now: the shop with the lowest price stands for all.
select p.sku, w.price_minor, p.category, p.brand, p.minimum_price_minor, p.labels, p.role, p.tax_bp,
       p.cost_minor
  from product p
 cross join lateral (
       select min(price_minor) as price_minor
         from (select distinct on (shop) price_minor from product_price
                where program_id = p.program_id and sku = p.sku and from_at <= $2::timestamptz
                order by shop, from_at desc) as o) as w
 where p.program_id = $1::uuid and w.price_minor > 0
   and (p.cost_minor is not null or p.minimum_price_minor > 0)
 order by p.sku
 limit $3

-- name: shelf
-- What a small shop sells, with the price there as of now: its own, or that of every shop.
select p.sku, coalesce(p.ean, ''), p.name, w.price_minor
  from product p
 cross join lateral (
       select price_minor from product_price
        where program_id = p.program_id and sku = p.sku and shop in ('', $2::text)
          and from_at <= $3::timestamptz
        order by shop desc, from_at desc limit 1) as w
 where p.program_id = $1::uuid
   and exists (select from product_price o where o.program_id = p.program_id and o.sku = p.sku)
 order by p.sku
 limit $4

-- name: announce
-- Heard by every till when this transaction commits.
select pg_notify('regulars_products', $1::text)

-- name: page
-- Products by article number, after $2; those whose number, EAN, name or category holds $3 ('' all).
-- However few fit, at most $4 are looked at: the page after this one begins behind the last.
with looked as materialized (
    select sku, ean, name, category, brand, minimum_price_minor, updated_at
      from product
     where program_id = $1::uuid and sku > $2::text
     order by sku
     limit $4::integer
)
select e.sku, e.number, f.*
  from (select (select sku from looked order by sku desc limit 1) as sku,
               (select count(*) from looked) as number) as e
  left join lateral (
       select l.*,
              (select price_minor from product_price o
                where o.program_id = $1::uuid and o.sku = l.sku and o.shop = ''
                  and o.from_at <= $6::timestamptz
                order by o.from_at desc limit 1)
         from looked l
        where $3::text = '' or position($3::text in lower(concat_ws(' ', l.sku, l.ean, l.name,
                                                                   l.category))) > 0
        order by l.sku
        limit $5::integer) as f on true

-- name: product
select sku, ean, name, category, brand, producer, labels, role, tax_bp, minimum_price_minor,
       cost_minor, updated_at
  from product where program_id = $1::uuid and sku = $2::text

-- name: price_history
select from_at, shop, price_minor from product_price
 where program_id = $1::uuid and sku = $2::text
 order by from_at desc, shop limit 200
