"""Roles and permissions: one table in `permissions.toml`, used by every page and its test.

permissions_of("cashier")     what a usual role may
PERMISSIONS                   every permission there is
"""

from collections.abc import Iterable

from regulars.kit.problems import Invalid
from regulars.kit.words import catalog

_PACKAGE = __package__ or ""
OWNER = "owner"
ROLES: tuple[str, ...] = tuple(catalog(_PACKAGE, "words.toml"))
"""The usual roles, the owner first."""
PERMISSIONS: tuple[str, ...] = tuple(catalog(_PACKAGE, "permissions.toml"))


def permissions_of(role: str) -> frozenset[str]:
    """What one of the usual roles may. Nothing, where there is no such role."""
    table = catalog(_PACKAGE, "permissions.toml")
    if role == OWNER:
        return frozenset(PERMISSIONS)
    return frozenset(code for code, entry in table.items() if role in entry["roles"])


def check_permissions(codes: Iterable[str]) -> list[str]:
    """The codes in the table's order, or `Invalid` for one that is not in it."""
    wanted = set(codes)
    if unknown := wanted.difference(PERMISSIONS):
        raise Invalid(f"There is no permission {', '.join(sorted(unknown))}.")
    return [code for code in PERMISSIONS if code in wanted]


def role_name(role: str, tongue: str) -> str:
    return catalog(_PACKAGE, "words.toml")[role][tongue]


def permission_name(code: str, tongue: str) -> str:
    return catalog(_PACKAGE, "permissions.toml")[code][tongue]
