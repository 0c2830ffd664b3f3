"""``regulars demo``: the same totals on every run, whatever the chunks; each purchase explained."""

from random import Random

import msgspec
import psycopg
import pytest
from typer.testing import CliRunner

from regulars.cli import build
from regulars.demo import setup
from regulars.hosting.folder import DataFolder
from regulars.kit.steps import run_sync
from regulars.programs.document import parse
from regulars.programs.snapshot import load
from regulars.purchases.queries import explanation
from tests.conftest import FAST
from tests.demo.conftest import Load
from tests.demo.running import demo, totals
from tests.kept import take_kept_cluster
from tests.lengths import length, tried

BASKETS = length(1_500, 20_000)
SAME = {"en": "identical", "pl": "identycznie", "bg": "същото"}


def test_every_run_comes_to_the_same_and_again_changes_nothing(data_folder: DataFolder) -> None:
    here, elsewhere = data_folder.path / "here", data_folder.path / "elsewhere"
    take_kept_cluster(DataFolder.at(elsewhere), FAST)
    told = demo(here, BASKETS)
    assert (told["baskets"], told["verify"]) == (BASKETS, "clean")
    assert told["members"] > 500
    assert told["points"]["issued"] > 100_000
    assert told["discounts_minor"] > 0
    assert told["purchases_per_second"] > 0
    assert totals(demo(elsewhere, BASKETS)) == totals(told)
    again = demo(here, BASKETS)
    assert totals(again) == totals(told)
    assert again["purchases_per_second"] == 0
    tried(baskets_of_the_demonstration=2 * BASKETS)


def test_chunks_of_any_size_come_to_the_same(load_sample: Load) -> None:
    """A few households over the whole year: many small chunks, the usual ones, all at once."""
    summaries = []
    for chunk in (200, 1_000, 1_000_000):
        _, loaded = load_sample(chunk)
        assert loaded.fault is None
        summaries.append(msgspec.to_builtins(loaded.summary))
    usual = summaries[1]
    assert usual["assets"]["points"]["spent"] > 0
    assert usual["assets"]["points"]["expired"] > 0
    assert len(usual["tiers"]) == 3
    assert usual["vouchers"]["five-dollars"][1] > 0
    assert summaries == [usual] * 3


def test_every_purchase_is_explained_in_every_language(
    load_sample: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten picked by chance: each campaign of the document is named, with why, and made anew the
    decision is the same. The command prints it."""
    url, loaded = load_sample()
    campaigns = parse(setup.example("supermarket.yaml")).campaigns
    with psycopg.connect(url) as connection, psycopg.RawCursor(connection) as cursor:
        cursor.execute("select id from activity where kind = 'purchase' order by id")
        purchases = Random(2017).sample([id for (id,) in cursor.fetchall()], 10)
        revisions = run_sync(cursor, load(loaded.program_id))
        for purchase in purchases:
            for language in SAME:
                told = run_sync(
                    cursor, explanation(loaded.program_id, purchase, revisions, language)
                )
                assert told.identical
                assert [t.campaign for t in told.campaigns] == [c.id for c in campaigns]
                assert [t.name for t in told.campaigns] == [c.name[language] for c in campaigns]
                assert all(t.why and (t.code == "applied") == t.applied for t in told.campaigns)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "1000")
    for language, purchase in zip(SAME, purchases, strict=False):
        said = CliRunner().invoke(build(), ["explain", str(purchase), "--lang", language])
        assert said.exit_code == 0, said.output
        head, *lines, last = said.output.splitlines()
        assert head.startswith(f"{purchase}  ")
        assert _named(lines) == {campaign.name[language] for campaign in campaigns}
        assert SAME[language] in last


def _named(lines: list[str]) -> set[str]:
    """The campaigns of these lines, each of which says why."""
    names = set()
    for line in lines:
        mark, rest = line.split(" ", 1)
        assert mark in "✓–"
        name, why = rest.split(": ", 1)
        assert why.strip(), line
        names.add(name)
    return names
