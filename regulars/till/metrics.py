"""What Prometheus is told."""

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


def text() -> bytes:
    """All figures in the exposition format."""
    return generate_latest(REGISTRY)
