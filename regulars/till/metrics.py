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
