"""The year as it is read, against the files as they are: what is odd in them, and nothing lost."""

import polars as pl
import pytest

from regulars.demo import journey
from regulars.demo.visits import operations
from regulars.purchases.operations import RecordPurchase
from tests.lengths import length


@pytest.fixture(scope="module")
def raw() -> pl.DataFrame:
    """The file as published."""
    return pl.read_parquet(journey.folder() / "transactions.parquet")


def test_every_basket_and_household_is_there(source: pl.DataFrame, raw: pl.DataFrame) -> None:
    assert source["basket_id"].n_unique() == raw["basket_id"].n_unique() == 155_848
    assert source["household_id"].n_unique() == raw["household_id"].n_unique() == 2_469
    assert journey.count() == 155_848
    assert journey.count(100) == 100


def test_not_one_cent_is_lost(source: pl.DataFrame, raw: pl.DataFrame) -> None:
    cents = (pl.col("sales_value") * 100).round().cast(pl.Int64)
    paid = raw.group_by("basket_id").agg(cents.sum().alias("cents")).sort("basket_id")
    ours = source.group_by("basket_id").agg(pl.col("cents").sum()).sort("basket_id")
    assert ours.equals(paid)
    assert ours["cents"].sum() == raw.select(cents.sum()).item()


def test_every_line_is_whole_units(source: pl.DataFrame, raw: pl.DataFrame) -> None:
    """In the file there are 0 and thousandths of a gallon."""
    assert (raw["quantity"].min(), raw["quantity"].max()) == (0, 89_638)
    units = source["units"]
    assert units.min() == 1
    assert units.max() <= 500
    assert source["cents"].min() == 0


def test_fuel_is_one_unit(source: pl.DataFrame) -> None:
    products = journey.products()
    fuel = products.filter(pl.col("category").str.starts_with("FUEL"))["sku"].cast(pl.Int64)
    lines = source.filter(pl.col("product_id").is_in(fuel.implode()))
    assert lines.height > 1_000
    assert lines["units"].unique().to_list() == [1]


def test_only_voids_are_dropped(source: pl.DataFrame, raw: pl.DataFrame) -> None:
    voids = raw.filter((pl.col("quantity") == 0) & (pl.col("sales_value") == 0)).height
    dropped = raw.height - source.height
    assert 0 < dropped <= voids


def test_products_without_a_row_are_sold_all_the_same(source: pl.DataFrame) -> None:
    known = journey.products()["sku"].cast(pl.Int64)
    unknown = source.filter(~pl.col("product_id").is_in(known.implode()))
    assert unknown.height > 0


def test_the_baskets_come_in_the_order_of_time_with_whole_lines() -> None:
    number = length(2_000, 155_848)
    baskets = list(journey.baskets(number))
    assert len(baskets) == number
    assert [b.at for b in baskets] == sorted(b.at for b in baskets)
    assert all(b.lines for b in baskets)
    assert len({b.receipt for b in baskets}) == number


def test_the_hours_the_clocks_leave_out_or_repeat_are_read(source: pl.DataFrame) -> None:
    assert source["at"].null_count() == 0
    assert source.group_by("basket_id").agg(pl.col("at").n_unique())["at"].max() == 1


def test_nothing_happens_after_the_last_basket() -> None:
    done = list(operations(journey.baskets(1_000), {}))
    times = [one.now for one in done if one.now is not None]
    assert len(times) == len(done)
    assert times == sorted(times)
    assert isinstance(done[-1], RecordPurchase), "goods come back only as long as the data goes on"
