"""``regulars privacy``, as somebody at a terminal uses it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from regulars.cli import privacy
from tests.corner import corner
from tests.privacy.office import opened


def test_a_member_is_taken_out_erased_and_erased_again(
    fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "250")

    def run(*words: str) -> Result:
        return CliRunner().invoke(privacy.app, [*words, "--database-url", fresh_database_url])

    def said(*words: str) -> str:
        result = run(*words)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    with opened(fresh_database_url, corner(privacy={"inactive_months": 6})) as office:
        ada = office.joins("Ada Lovelace")
        office.connection.commit()
        who = f"email:{office.email}"
        assert json.loads(said("export", who))["member"][0]["attributes"]["name"] == "Ada Lovelace"
        assert run("erase", who).exit_code != 0, "a script says --yes"
        assert "Erased for good" in said("erase", who, "--yes")
        kept = tmp_path / "erased.jsonl"
        kept.write_text(said("erased"))
        assert str(ada) in kept.read_text()
        assert "There again: 0" in said("erased", str(kept))
        assert "Erased again: 0" in said("erased", str(kept), "--apply")
        kept.write_text("nonsense")
        assert run("erased", str(kept)).exit_code != 0
        assert "inactive_members" in said("report")
        assert "6 months" in said("report")
        assert "Forgotten: 0" in said("forget")
