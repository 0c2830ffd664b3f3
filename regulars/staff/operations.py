"""What is done to staff: invite, let in by a link, give and take roles; and what is kept of it."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Invalid, NotFound, Problem
from regulars.kit.steps import Step, Steps
from regulars.organizations.queries import SQL as ORGANIZATIONS
from regulars.staff.queries import SQL, acts_on_own_account
from regulars.staff.roles import OWNER, ROLES, check_permissions

INVITATION_LASTS = timedelta(hours=24)
ENTRY_LASTS = PASSWORD_LASTS = timedelta(minutes=30)
_MOST_SESSIONS_RECORDED = 100

_ids = Ids()


class OwnAccount(Problem):
    code = "own_account"
    status = 403
    title = "Nobody acts on their own account"


class Invited(NamedTuple):
    """``token`` opens the door once; none where the person has an account of their own already."""

    staff_id: UUID
    token: str | None


def invite(
    *,
    email: str,
    organization_id: UUID,
    role: str,
    now: datetime,
    role_id: UUID | None = None,
    shops: Sequence[UUID] = (),
) -> Steps[Invited]:
    """Make somebody one of the staff of an organization.

    Who signs in to this installation already gets no link, so that nobody can take over an account
    by inviting it.
    """
    _check_role(role, role_id)
    address = normalize(email)
    rows = yield Step(SQL["account"], (_new_id(now), address, organization_id, now))
    staff_id, fresh = rows[0]
    there = yield Step(SQL["membership"], (organization_id, staff_id))
    if there and not fresh:
        raise Conflict(f"{address} works here already.")
    if not there:
        yield Step(
            SQL["add_membership"],
            (organization_id, _new_id(now), staff_id, role, role_id, list(shops), now),
        )
    if not fresh:
        return Invited(staff_id, None)
    token, digest = _token()
    until = now + INVITATION_LASTS
    yield Step(SQL["invitation"], (digest, staff_id, organization_id, now, until))
    return Invited(staff_id, token)


def entry_link(*, staff_id: UUID, now: datetime) -> Steps[str]:
    """The token of a link that lets a person in once, without password and second factor.

    For the terminal only: who sits there can read the database anyway.
    """
    token, digest = _token()
    yield Step(SQL["entry_link"], (digest, staff_id, "entry", now, now + ENTRY_LASTS))
    return token


def password_link(*, email: str, now: datetime) -> Steps[tuple[UUID | None, str]]:
    """A link with which whoever has this address sets another password; None where nobody has."""
    token, digest = _token()
    rows = yield Step(SQL["password_link"], (digest, email, now, now + PASSWORD_LASTS))
    return rows[0][0], token


def digest_of(token: str) -> bytes:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def use_link(*, token: str, now: datetime) -> Steps[UUID | None]:
    """Use a link up; the person's id, or None where it cannot be used (any more)."""
    rows = yield Step(SQL["use_link"], (digest_of(token), now))
    return rows[0][0] if rows else None


def change_membership(
    *,
    organization_id: UUID,
    membership_id: UUID,
    role: str,
    role_id: UUID | None,
    shops: Sequence[UUID],
) -> Steps[None]:
    """Give a person another role or other shops. An organization keeps one owner at least."""
    _check_role(role, role_id)
    yield from _keep_an_owner(organization_id, membership_id, stays=role == OWNER)
    rows = yield Step(
        SQL["change_membership"], (organization_id, membership_id, role, role_id, list(shops))
    )
    if not rows:
        raise NotFound("This person does not work here (any more).")


def end_membership(*, organization_id: UUID, membership_id: UUID, now: datetime) -> Steps[None]:
    """Take a person's access to an organization away, at once."""
    yield from _keep_an_owner(organization_id, membership_id, stays=False)
    rows = yield Step(SQL["end_membership"], (organization_id, membership_id, now))
    if not rows:
        raise NotFound("This person does not work here (any more).")


def found_organization(
    *, slug: str, name: str, timezone: str, staff_id: UUID, at_desk: UUID, now: datetime
) -> Steps[UUID]:
    """Make an organization with its first owner, from the desk of another one."""
    new_id = _new_id(now)
    yield Step(ORGANIZATIONS["work_for"], (str(new_id),))
    made = yield Step(ORGANIZATIONS["found_organization"], (new_id, slug, name, now, timezone))
    if not made:
        raise Conflict(f"The short name {slug} is taken.")
    membership: tuple[Any, ...] = (new_id, _new_id(now), staff_id, OWNER, None, [], now)
    yield Step(SQL["add_membership"], membership)
    yield Step(ORGANIZATIONS["work_for"], (str(at_desk),))
    return new_id


def put_role(
    *,
    organization_id: UUID,
    name: str,
    permissions: Sequence[str],
    now: datetime,
    role_id: UUID | None = None,
) -> Steps[UUID]:
    """Make a role of an organization's own, or change one."""
    codes = check_permissions(permissions)
    if role_id is None:
        values = (organization_id, _new_id(now), name, codes, now)
        rows = yield Step(SQL["add_role"], values)
        if not rows:
            raise Conflict(f"There is a role {name} already.")
    else:
        rows = yield Step(SQL["change_role"], (organization_id, role_id, name, codes))
        if not rows:
            raise NotFound("There is no such role here.")
    return rows[0][0]


def mark_own_member(
    *, staff_id: UUID, program_id: UUID, member_id: UUID, now: datetime
) -> Steps[None]:
    """Say that a member is a staff person, who then cannot act on that account."""
    yield Step(SQL["add_own_member"], (program_id, member_id, staff_id, now))


def refuse_own_account(*, staff_id: UUID, program_id: UUID, member_id: UUID) -> Steps[None]:
    """Raise `OwnAccount` where a person would credit or change their own membership (T18)."""
    own = yield from acts_on_own_account(
        staff_id=staff_id, program_id=program_id, member_id=member_id
    )
    if own:
        raise OwnAccount("This is your own account: a colleague has to do it.")


def notify(
    *, organization_id: UUID, to: Sequence[UUID], code: str, who: str, object: str, path: str,
    now: datetime,
) -> Steps[None]:  # fmt: skip
    """Tell people something, in the console and by mail; ``code`` is its word in `notices.toml`.
    Who does not work here any more is told nothing."""
    ids = [_new_id(now) for _ in to]
    values = (organization_id, ids, list(to), now, code, who, object, path)
    yield Step(SQL["notify"], values)


def read_notices(*, organization_id: UUID, staff_id: UUID, now: datetime) -> Steps[int]:
    """Note that a person has read what they were told; how much of it was new."""
    rows = yield Step(SQL["read_notices"], (organization_id, staff_id, now))
    return len(rows)


def record(
    *,
    organization_id: UUID,
    staff_id: UUID | None,
    who: str,
    action: str,
    now: datetime,
    object: str = "",
    details: Mapping[str, Any] | None = None,
    address: str = "",
) -> Steps[None]:
    """Write down what somebody did, in the transaction in which it was done."""
    written = msgspec.json.encode(details or {}).decode()
    yield Step(
        SQL["record"],
        (organization_id, _new_id(now), now, staff_id, who, action, object, written, address),
    )


def record_everywhere(
    *, staff_id: UUID, who: str, action: str, now: datetime, address: str = ""
) -> Steps[None]:
    """Write down what concerns all organizations of a person: signing in, say."""
    ids = [_new_id(now) for _ in range(_MOST_SESSIONS_RECORDED)]
    yield Step(SQL["record_everywhere"], (ids, now, staff_id, who, action, address))


def normalize(email: str) -> str:
    """An address as accounts are found by it."""
    address = email.strip().lower()
    name, at, host = address.rpartition("@")
    if not (name and at and "." in host) or any(c.isspace() for c in address):
        raise Invalid(f"{email!r} is not an e-mail address.")
    return address


def _check_role(role: str, role_id: UUID | None) -> None:
    if (role == "") == (role_id is None):
        raise Invalid("Name one of the usual roles or one of the organization's own, not both.")
    if role and role not in ROLES:
        raise Invalid(f"There is no role {role!r}; there are: {', '.join(ROLES)}.")


def _keep_an_owner(organization_id: UUID, membership_id: UUID, *, stays: bool) -> Steps[None]:
    owners = yield Step(SQL["lock_owners"], (organization_id,))
    if not stays and [row[0] for row in owners] == [membership_id]:
        raise Conflict("An organization needs an owner: make somebody else one first.")


def _token() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def _new_id(now: datetime) -> UUID:
    return _ids.make(int(now.timestamp() * 1000))


def entry_link_for(*, email: str, now: datetime) -> Steps[str]:
    """The token of an entry link for the person of an address."""
    rows = yield Step(SQL["staff_of"], (normalize(email),))
    if not rows:
        raise NotFound(f"Nobody here has the address {email}: regulars staff invite.")
    return (yield from entry_link(staff_id=rows[0][0], now=now))


def make_agency(*, staff_id: UUID) -> Steps[None]:
    """Let a person make organizations in this installation."""
    yield Step(SQL["make_agency"], (staff_id,))
