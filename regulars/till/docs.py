"""The documentation page."""


def documentation() -> bytes:
    return b""


def stylesheet() -> bytes:
    return b""
