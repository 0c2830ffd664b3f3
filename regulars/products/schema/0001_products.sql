-- Products: what an article number stands for. Prices come with the basket.

create table product (
    program_id uuid not null,
    sku text not null,
    ean text not null default '',
    name text not null default '',
    category text not null default '',
    brand text not null default '',
    producer text not null default '',
    min_price_minor bigint not null default 0 check (min_price_minor >= 0),
    updated_at timestamptz not null,
    primary key (program_id, sku)
);
