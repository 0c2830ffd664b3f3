"""How a repeated request is known: by its key, and by a hash of what it asks (T11)."""

from hashlib import blake2b

import msgspec

encode = msgspec.json.Encoder().encode


def digest_of(path: str, request: object) -> bytes:
    """The hash by which a repeated request is known to be the same."""
    return blake2b(encode(request), digest_size=16, key=path.encode()[:64]).digest()


def key_of(key: str | None) -> list[str]:
    """The caller's Idempotency-Key as it is stored; jobs and imports may have none."""
    return [] if key is None else [f"key:{key}"]
