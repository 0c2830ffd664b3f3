-- Products: what an article number stands for. Prices come with the basket; what they were is kept
-- where somebody tells it, because whoever announces a reduction has to say the price before it.

create table product (
    program_id uuid not null,
    sku text not null,
    ean text not null default '',
    name text not null default '',
    category text not null default '',
    brand text not null default '',
    producer text not null default '',
    labels text[] not null default '{}',
    role text not null default '',
    tax_bp integer not null default 0 check (tax_bp between 0 and 10000),
    minimum_price_minor bigint not null default 0 check (minimum_price_minor >= 0),
    cost_minor bigint check (cost_minor >= 0),
    updated_at timestamptz not null,
    primary key (program_id, sku)
);

-- The list price of one unit from an instant on, until the next one. Shop '' is every shop that has
-- none of its own. Nothing is ever taken away.
create table product_price (
    program_id uuid not null,
    sku text not null,
    shop text not null default '',
    from_at timestamptz not null,
    price_minor bigint not null check (price_minor >= 0),
    recorded_at timestamptz not null,
    primary key (program_id, sku, shop, from_at)
);
