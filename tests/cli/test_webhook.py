"""``regulars webhook``, as somebody at a terminal uses it."""

import pytest
from typer.testing import CliRunner, Result

from regulars.cli import webhook
from tests.desk import open_desk


def test_an_endpoint_from_its_first_to_its_last_day(
    fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGULARS_SECRET_KEY", "a key of these tests, long enough for them")
    monkeypatch.setenv("COLUMNS", "250")

    def run(*words: str) -> Result:
        return CliRunner().invoke(webhook.app, [*words, "--database-url", fresh_database_url])

    def said(*words: str) -> str:
        result = run(*words)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    with open_desk(fresh_database_url):
        url = "https://shop.example/hooks"
        id, secret = said("add", url, "--topics", "purchase, return").split()[:2]
        assert secret.startswith("whsec_")
        assert f"{id} https://shop.example/hooks purchase, return active" in " ".join(
            said("list").split()
        )
        assert secret not in said("list")
        assert said("rotate", id).split()[0] not in (secret, "")
        assert "disabled" in said("disable", id)
        assert "disabled by hand" in said("list")
        assert run("replay", id).exit_code != 0, "enable it first"
        said("enable", id)
        assert "To be sent again: 0." in said("replay", id)
        assert said("deliveries", "--state", "dead").split()[0] == "id"
        assert run("deliveries", "--state", "lost").exit_code == 2
        assert run("add", "http://shop.example/hooks").exit_code != 0
