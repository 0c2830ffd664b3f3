"""A page costs few statements, however much it shows."""

from typing import Any

MOST = 10


def statements(person: Any, page: str, parts: dict[str, Any]) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as told:
        assert person.get(page, **parts).status_code == 200, page
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [one["sql"] for one in told if not one["sql"].startswith(frame)]


def test_no_page_needs_more_than_ten_statements(firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    for number in range(5):
        firm.new_shop(f"s{number}")
        firm.hire("cashier", [firm.shop.id])
    person = firm.person("owner")
    for page in all_pages():
        if not page.agency:
            asked = statements(person, page.name, parts(page, firm))
            assert 3 <= len(asked) <= MOST, (page.name, asked)
