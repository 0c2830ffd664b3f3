"""A receipt number is a second idempotency key (T10)."""

from regulars.kit.http import Caller
from regulars.kit.requests import key_of


def keys_of(
    key: str | None, caller: Caller, shop: str, till: str, receipt: str | None
) -> list[str]:
    """The caller's key, and the receipt number as a second one."""
    keys = key_of(key)
    if receipt is not None:
        keys.append(receipt_key(shop or caller.shop, till or caller.till, receipt))
    return keys


def receipt_key(shop: str, till: str, number: str) -> str:
    """The idempotency key that a receipt number is: unique in its till (T10)."""
    return f"receipt:{shop}/{till}/{number}"
