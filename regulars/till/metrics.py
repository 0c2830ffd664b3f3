"""What Prometheus is told."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "regulars_http_requests", "Requests answered", ["route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "regulars_http_seconds",
    "Time from the whole request to the answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
    registry=REGISTRY,
)
BATCH_SIZE = Histogram(
    "regulars_batch_operations",
    "Operations in one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
    registry=REGISTRY,
)
BATCH_SECONDS = Histogram(
    "regulars_batch_seconds",
    "Time of one commit",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
    registry=REGISTRY,
)
RETRIES = Counter("regulars_batch_retries", "Commits that had to be tried again", registry=REGISTRY)
PROGRAMS = Gauge("regulars_programs", "Programs this process serves", registry=REGISTRY)
QUEUE = Gauge(
    "regulars_queue_operations",
    "Operations that wait for a batch; 503 from 4096",
    registry=REGISTRY,
)
DATABASE_UP = Gauge("regulars_database_up", "Whether the database answers", registry=REGISTRY)
JOB_SECONDS = Gauge(
    "regulars_job_seconds_since_success",
    "Since a job of the worker, or a backup, last ended well",
    ["task"],  # "job" is Prometheus' own word
    registry=REGISTRY,
)
WATCHED = {
    column: Gauge(f"regulars_{name}", about, registry=REGISTRY)
    for column, name, about in (
        ("database_bytes", "database_bytes", "Size of the database"),
        ("outbox_waiting", "outbox_rows", "Activities not yet passed on, counted to 100000"),
        ("outbox_oldest_seconds", "outbox_lag_seconds", "Age of the oldest one of them"),
        ("webhooks_waiting", "webhooks_waiting", "Deliveries to be made, counted to 100000"),
        ("webhooks_oldest_seconds", "webhooks_lag_seconds", "Age of the one that is due first"),
        ("webhooks_dead", "webhooks_dead", "Deliveries given up, to be sent again by hand"),
        ("unsealed_oldest_seconds", "unsealed_seconds", "Age of the oldest posting not sealed"),
        ("archiving", "wal_archiving", "Whether changes are archived by regulars backup"),
        ("archive_seconds", "wal_archive_lag_seconds", "Since changes were last archived"),
        ("archive_failures", "wal_archive_failures", "Attempts to archive that failed"),
    )
}
"""Gauges by the column of ``watch.sql`` they show."""


def note(route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    answered, took = _of(route, status)
    answered.inc()
    took.observe(seconds)


@cache
def _of(route: str, status: int) -> tuple[Counter, Histogram]:
    """To find them by their labels costs more than to count: it is done once."""
    return REQUESTS.labels(route, status), SECONDS.labels(route)


def text() -> bytes:
    """All figures in the exposition format."""
    return generate_latest(REGISTRY)
