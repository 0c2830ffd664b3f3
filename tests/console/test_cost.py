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


def test_no_page_needs_more_than_ten_statements_however_long_its_list(firm: Any) -> None:
    from regulars.staff.operations import make_agency
    from tests.console.people import Person, Regular
    from tests.console.visits import all_pages, parts

    owner = firm.hire("owner")
    firm.house.run(make_agency(staff_id=owner))
    person, pages = Person(owner), all_pages()
    where = {page.name: parts(page, firm) for page in pages}
    few = {page.name: len(statements(person, page.name, where[page.name])) for page in pages}
    for number in range(4):
        firm.new_shop(f"s{number}")
        firm.house.organization()
        firm.hire("cashier", [firm.shop.id])
        Regular(firm)
        for page in pages:
            parts(page, firm)  # one more of what it shows
    for page in pages:
        asked = statements(person, page.name, where[page.name])
        assert 3 <= len(asked) <= MOST, (page.name, asked)
        assert len(asked) <= few[page.name] + 1, (page.name, "more rows, more statements", asked)
