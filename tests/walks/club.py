"""The demonstration's shoe shop, and the links its console and its members are entered by."""

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import zxingcpp
from PIL import Image
from psycopg import RawCursor

from regulars.demo.setup import entries
from regulars.demo.shoes import ORGANIZATION, card, open_shop
from regulars.kit.steps import run_sync
from regulars.organizations.queries import organization
from regulars.portal.operations import make_link
from tests.serving import House

ANNA = card(0)


class Club:
    def __init__(self, house: House, opens: datetime) -> None:
        self.house = house
        self.program_id: UUID = house.connected(lambda found: open_shop(found, opens, opens))
        self.id = house.run(organization(ORGANIZATION)).id

    def staff(self) -> dict[str, str]:
        """Addresses that let in once, by role: as `make demo` shows them."""

        def links(connection: psycopg.Connection) -> dict[str, str]:
            return entries(connection, datetime.now(UTC), ORGANIZATION)

        found = self.house.connected(links)
        return {role: f"/console/welcome/{token}/" for role, token in found.items()}

    def member(self, number: str = ANNA) -> str:
        """The address that lets the holder of a card into the portal once."""

        def link(connection: psycopg.Connection) -> str:
            holder = "select member_id from identifier where program_id = %s and value = %s"
            ((member,),) = connection.execute(holder, (self.program_id, number)).fetchall()
            with RawCursor(connection) as cursor:
                return run_sync(cursor, make_link(self.program_id, member, datetime.now(UTC)))

        return f"{self.portal('enter')}{self.house.connected(link)}/"

    def portal(self, page: str = "") -> str:
        return f"/my/{ORGANIZATION}/club/{page}{'/' if page else ''}"


def seen(page: Any, place: str) -> str:
    """What a scanner reads of a part of the page."""
    found = page.locator(place).first
    found.evaluate("one => one.scrollIntoView({block: 'center'})")  # not below the tabs
    picture = Image.open(io.BytesIO(found.screenshot()))
    large = picture.resize((picture.width * 3, picture.height * 3))
    codes = zxingcpp.read_barcodes(large)
    assert codes, f"no code can be read of {place}"
    return str(codes[0].text)
