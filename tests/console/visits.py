"""Every page there is, and where to find it for a firm: made from the console's own list."""

from typing import Any
from uuid import UUID, uuid4

from regulars.console.pages import pages
from regulars.drafts.operations import begin
from regulars.kit.http import Caller
from regulars.kit.pages import Page
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.organizations.operations import create_key
from regulars.programs.queries import last_revision
from regulars.staff.operations import put_role
from regulars.staff.queries import events, people
from tests.console.people import Firm
from tests.serving import NOW


def all_pages() -> list[Page]:
    return list(pages().values())


def parts(page: Page, firm: Firm) -> dict[str, Any]:
    """What a page's address wants, of this firm. A page that is not here fails the tests: say
    which of the firm's things it is about."""
    makers = {
        "shop_id": lambda: firm.shop.id,
        "membership_id": lambda: _somebody(firm),
        "role_id": lambda: _role(firm),
        "prefix": lambda: _key(firm),
        "member_id": lambda: _member(firm),
        "other_id": lambda: _other(firm),
        "campaign": lambda: "second-pair",
        "number": lambda: 1,
        "draft_id": lambda: _draft(firm),
        "section": lambda: "vouchers",
        "thing": lambda: "coffee",
        "group": lambda: "tiers",
        "activity_id": lambda: firm.regular().purchase,
        "reward": lambda: "film",
        "redemption_id": lambda: firm.regular().redemption,
        "card_number": lambda: firm.regular().card,
        "lot": lambda: firm.regular().lot,
        "sku": lambda: firm.regular().sku,
        "batch_id": lambda: firm.regular().batch,
        "file_id": lambda: firm.given(page.name.partition("-")[0]),
        "event_id": lambda: _entry(firm),
        "endpoint_id": lambda: firm.listener().endpoint,
        "delivery_id": lambda: firm.listener().delivery,
    }
    wanted = [part.split(":")[1].split(">")[0] for part in page.path.split("<")[1:]]
    unknown = set(wanted) - set(makers)
    assert not unknown, f"say in tests/console/visits.py what {unknown} of {page.name} are"
    return {name: makers[name]() for name in wanted}


def _member(firm: Firm) -> Any:
    """Somebody of this firm who has bought, been given a voucher and taken a reward."""
    return firm.regular().id


def _other(firm: Firm) -> Any:
    """Another member of this firm."""
    body = JoinIn((IdentifierIn("email", f"{uuid4().hex}@other.example"),))
    at = int(NOW.timestamp())
    return UUID(firm.do(Join(body, Caller(), key=uuid4().hex, at=at))["id"])


def _somebody(firm: Firm) -> Any:
    staff_id = firm.hire("analyst")
    found = firm.house.run(people(firm.id))
    return next(person.id for person in found if person.staff_id == staff_id)


def _role(firm: Firm) -> Any:
    return firm.house.run(
        put_role(organization_id=firm.id, name=uuid4().hex, permissions=["audit"], now=NOW)
    )


def _entry(firm: Firm) -> Any:
    """A shop's name was changed on a page."""
    body = {"name": firm.shop.name, "timezone": "Europe/Sofia"}
    firm.person("owner").post("shop", {"code": "1", **body}, shop_id=firm.shop.id)
    return firm.house.run(events(firm.id, limit=1))[0].id


def _key(firm: Firm) -> str:
    return firm.house.run(
        create_key(organization_id=firm.id, label="Till 7", scopes=["quotes:write"], now=NOW)
    ).prefix


def _draft(firm: Firm) -> Any:
    last = firm.house.run(last_revision(firm.program_id))
    assert last is not None
    return firm.house.run(
        begin(
            program_id=firm.program_id, title="Shop window", base=last.number, source=last.source,
            now=NOW, who="eve@firm.example", staff_id=uuid4(),
        )
    )  # fmt: skip
