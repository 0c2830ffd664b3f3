"""What has to stand before the first basket: organization, program, products, a till's key."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from regulars.demo.journey import TIMEZONE, products
from regulars.kit.problems import Conflict
from regulars.kit.steps import run_sync
from regulars.organizations.operations import SCOPES, create_key, create_organization, put_shop
from regulars.organizations.queries import organization as find
from regulars.organizations.queries import shop
from regulars.programs.document import parse
from regulars.programs.examples import example
from regulars.programs.operations import put
from regulars.programs.queries import programs
from regulars.staff.operations import entry_link_for, invite, make_agency
from regulars.staff.roles import OWNER, ROLES

ORGANIZATION = "demo"
BEGINS = datetime(2016, 12, 31, 5, tzinfo=UTC)
"""Midnight in New York: the program is in force from before the first basket."""
_SHOP = "330"
_COLUMNS = "program_id, sku, name, category, brand, producer, updated_at"


def prepare(connection: psycopg.Connection, now: datetime) -> UUID:
    """Organization, shop, program and products; whatever is there already stays."""
    with psycopg.RawCursor(connection) as cursor:
        organization = run_sync(
            cursor, create_organization(slug=ORGANIZATION, name="Demo Market", now=now)
        )
        run_sync(
            cursor,
            put_shop(
                organization_id=organization.id, code=_SHOP, name="Shop 330", timezone=TIMEZONE,
                now=now,
            ),
        )  # fmt: skip
        if not run_sync(cursor, programs(organization.id)):
            source = example("supermarket.yaml")
            run_sync(
                cursor,
                put(
                    organization_id=organization.id, document=parse(source), source=source,
                    now=now, note="The demonstration", author="demo", effective_at=BEGINS,
                ),
            )  # fmt: skip
        program_id = next(iter(run_sync(cursor, programs(organization.id)).values()))
        known = cursor.execute(
            "select 1 from product where program_id = $1 limit 1", (program_id,)
        ).fetchone()
        if known is None:
            _copy_products(cursor, program_id, now)
    connection.commit()
    return program_id


def till_key(connection: psycopg.Connection, now: datetime) -> str:
    """A new key for the demonstration's till; shown once."""
    with psycopg.RawCursor(connection) as cursor:
        organization = run_sync(
            cursor, create_organization(slug=ORGANIZATION, name="Demo Market", now=now)
        )
        found = run_sync(cursor, shop(organization.id, _SHOP))
        issued = run_sync(
            cursor,
            create_key(
                organization_id=organization.id, label="demo till", scopes=SCOPES, now=now,
                shop_id=found.id,
            ),
        )  # fmt: skip
    connection.commit()
    return issued.secret


def entries(
    connection: psycopg.Connection, now: datetime, slug: str = ORGANIZATION
) -> dict[str, str]:
    """For each usual role somebody who has it, and the token that lets them in once."""
    tokens = {}
    with psycopg.RawCursor(connection) as cursor:
        organization = run_sync(cursor, find(slug))
        for role in ROLES:
            email = f"{role}@{slug}.example"
            with suppress(Conflict):  # works here since last time
                invited = run_sync(
                    cursor,
                    invite(email=email, organization_id=organization.id, role=role, now=now),
                )
                if role == OWNER and slug == ORGANIZATION:
                    run_sync(cursor, make_agency(staff_id=invited.staff_id))
            tokens[role] = run_sync(cursor, entry_link_for(email=email, now=now))
    connection.commit()
    return tokens


def _copy_products(cursor: psycopg.RawCursor, program_id: UUID, now: datetime) -> None:
    with cursor.copy(f"copy product ({_COLUMNS}) from stdin") as copy:
        for sku, name, category, brand, producer in products().iter_rows():
            copy.write_row((program_id, sku, name, category or "", brand, producer, now))
