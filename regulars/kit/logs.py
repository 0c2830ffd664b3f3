"""Structured logs: one JSON object a line on standard error, without personal data."""

import logging

import structlog


def set_up(level: int = logging.INFO) -> None:
    """Route everything that is logged through structlog's JSON renderer."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Each scheduled job would be told of in six lines a minute; our own lines say what came of it.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
