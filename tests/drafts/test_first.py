"""A firm without a program begins one in the console, from an example, and publishes it."""

import pytest

from regulars.drafts.queries import drafts
from regulars.organizations.operations import change_settings
from regulars.programs.document import load
from regulars.programs.queries import history, last_revision, programs
from tests.console.people import Firm, Person
from tests.serving import House

BEGIN = {"name": "Herbata i przyjaciele", "currency": "BGN", "timezone": "Europe/Sofia"}
SURE = {"starts_on": "", "note": "", "sure": "on"}


class NewFirm(Firm):
    """An organization with people and nothing else."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.organization = house.organization()
        self.id = self.organization.id
        self.shop = self.new_shop("1")
        house.run(
            change_settings(
                organization_id=self.id, name="Tea", timezone="Europe/Sofia", language="bg",
                currency="BGN", colour="", approval="alone",
            )
        )  # fmt: skip


@pytest.fixture
def firm(pages: None, house: House) -> NewFirm:
    return NewFirm(house)


@pytest.fixture
def anna(firm: NewFirm) -> Person:
    return firm.person("owner")


@pytest.mark.parametrize("example", ["shoe-shop", "cafe-stamps", "supermarket"])
def test_an_example_becomes_a_draft_and_the_draft_the_first_revision(
    firm: NewFirm, anna: Person, example: str
) -> None:
    assert "Begin a program" in anna.get("program").content.decode()
    page = anna.post("program-first", {**BEGIN, "example": example})
    assert "is a draft now" in page.content.decode()
    program_id = firm.house.run(programs(firm.id))["herbata-i-przyjaciele"]
    draft = firm.house.run(drafts(program_id))[0]
    assert draft.base == 0
    assert "# " in draft.source, "its comments are kept"
    assert firm.house.run(last_revision(program_id)) is None
    done = anna.post("draft-alone", SURE, draft_id=draft.id).content.decode()
    assert "Published as revision 1" in done
    last = firm.house.run(last_revision(program_id))
    assert last is not None
    document = load(last.document)
    assert (document.currency, document.timezone) == ("BGN", "Europe/Sofia")


def test_before_the_first_revision_no_page_breaks(firm: NewFirm, anna: Person) -> None:
    from tests.console.visits import all_pages

    anna.post("program-first", {**BEGIN, "example": "cafe-stamps"})
    program_id = next(iter(firm.house.run(programs(firm.id)).values()))
    draft = firm.house.run(drafts(program_id))[0]
    for page in all_pages():
        if not page.agency and "<" not in page.path:
            assert anna.get(page.name).status_code in (200, 404, 409), page.name
    for page in ("overview", "program", "drafts", "draft-new"):
        assert anna.get(page).status_code == 200, page
    for page in ("draft", "draft-order", "draft-document", "draft-submit", "draft-alone"):
        assert anna.get(page, draft_id=draft.id).status_code == 200, page
    more = anna.post("draft-new", {"pattern": "percent-off"})
    assert more.status_code == 200
    assert firm.house.run(history(program_id)) == []


def test_what_is_missing_is_said_and_nothing_is_begun(firm: NewFirm, anna: Person) -> None:
    told = anna.post("program-first", {**BEGIN, "name": "", "example": "shoe-shop"})
    assert told.status_code == 422
    assert firm.house.run(programs(firm.id)) == {}
