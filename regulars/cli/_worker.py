"""The worker: scheduled jobs run by procrastinate, the outbox drained as it fills, webhooks
delivered, and files brought in that were given on a page."""

import asyncio
import logging
import signal
import time
from contextlib import suppress

import procrastinate
import psycopg
from procrastinate.jobs import Status

from regulars.activities.queries import succeeded
from regulars.kit.clock import Clock
from regulars.kit.logs import set_up
from regulars.kit.steps import run_sync
from regulars.months.tasks import keep_months
from regulars.portal.tasks import mail_rewards
from regulars.privacy.tasks import forget_what_is_due
from regulars.purchases import tasks
from regulars.staff.tasks import mail_notices
from regulars.webhooks.queries import relay
from regulars.webhooks.tasks import Courier, forget

log = logging.getLogger("regulars.work")

_DRAIN_AT_ONCE = 2_000
_IDLE_SECONDS = 1.0
_NOTED_EVERY_SECONDS = 15
_PATIENCE_SECONDS = 10.0  # for a connection; then the jobs wait and look again


def run(url: str) -> None:
    """Work until told to stop."""
    set_up()
    asyncio.run(_work(url, Clock.from_environment()))


async def _work(url: str, clock: Clock) -> None:
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=url, timeout=_PATIENCE_SECONDS)
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="due", pass_context=False)
    async def due(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, tasks.bring_up_to_date, clock.seconds())

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="seal", pass_context=False)
    async def seal(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, tasks.seal_log, clock.seconds())

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="forget", pass_context=False)
    async def old_deliveries(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, forget, clock.seconds())

    @app.periodic(cron="0 * * * *")
    @app.task(queueing_lock="forget files", pass_context=False)
    async def old_files(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, _forget_files, clock.seconds())

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="stalled", pass_context=False)
    async def stalled(timestamp: int) -> None:
        await _begin_again(app)

    @app.periodic(cron="7 * * * *")
    @app.task(queueing_lock="months", lock="months", pass_context=False)
    async def months(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, keep_months, clock.seconds())

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="notices", pass_context=False)
    async def notices(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, mail_notices, int(time.time()))
        await asyncio.to_thread(_in_transactions, url, mail_rewards, clock.seconds())

    @app.periodic(cron="17 * * * *")
    @app.task(queueing_lock="retention", pass_context=False)
    async def retention(timestamp: int) -> None:
        await asyncio.to_thread(_in_transactions, url, forget_what_is_due, clock.seconds())

    async with app.open_async():
        with suppress(procrastinate.exceptions.AlreadyEnqueued):
            await months.configure().defer_async(timestamp=clock.seconds())
        worker = asyncio.create_task(_work_off(app, stop))
        drainer = asyncio.create_task(_drain(url, stop, clock))
        courier = asyncio.create_task(_deliver(url, stop, clock))
        porter = asyncio.create_task(_bring_in(url, stop, clock))
        await stop.wait()
        worker.cancel()
        await asyncio.gather(worker, drainer, courier, porter, return_exceptions=True)


async def _work_off(app: procrastinate.App, stop: asyncio.Event) -> None:
    """The scheduled jobs. A database that goes away ends procrastinate's worker, and not ours."""
    while not stop.is_set():
        reason = "it ended"
        try:
            await _begin_again(app)
            await app.run_worker_async(
                install_signal_handlers=False,
                listen_notify=False,
                concurrency=2,
                delete_jobs="successful",
            )
        except Exception as error:
            reason = repr(error)
        log.warning("jobs wait", extra={"reason": reason})
        await asyncio.sleep(_IDLE_SECONDS)


async def _begin_again(app: procrastinate.App) -> None:
    """Jobs of a worker that was killed are at work no more: they begin again, unless they wait to
    begin anyway."""
    for job in await app.job_manager.get_stalled_jobs():
        log.warning("job begins again", extra={"job": job.task_name})
        try:
            await app.job_manager.retry_job(job)
        except procrastinate.exceptions.UniqueViolation:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


def _in_transactions(url: str, job: tasks.Job, now: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        done = job(connection, now)
        with psycopg.RawCursor(connection) as cursor:
            run_sync(cursor, succeeded(f"{job.__module__.split('.')[1]} {job.__name__}", now))
    if done:
        log.info("job done", extra={"job": job.__name__, "rows": done})


async def _deliver(url: str, stop: asyncio.Event, clock: Clock) -> None:
    """Deliver webhooks; a bug there is told, and nothing else of the worker ends with it."""
    while not stop.is_set():
        try:
            await Courier(url, clock.seconds).run(stop)
        except Exception:
            log.exception("webhooks stopped; they begin again")
            await asyncio.sleep(_IDLE_SECONDS)


async def _bring_in(url: str, stop: asyncio.Event, clock: Clock) -> None:
    """Bring files in, one after the other; wait a moment when there is none."""
    while not stop.is_set():
        try:
            busy = await asyncio.to_thread(_bring_one_in, url, clock, stop)
        except Exception:
            log.exception("a file waits")
            busy = False
        if not busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _IDLE_SECONDS)


def _bring_one_in(url: str, clock: Clock, stop: asyncio.Event) -> bool:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "select exists (select from import_file"
            " where wanted_at is not null and ended_at is null)"
        ).fetchone()
    if found is None or not found[0]:
        return False
    from regulars.imports import tasks  # loads what reads tables: seconds and much memory

    return tasks.work(url, clock.seconds, stop.is_set)


def _forget_files(connection: psycopg.Connection, now: int) -> int:
    from regulars.imports.tasks import forget as forget_files

    return forget_files(connection, now)


async def _drain(url: str, stop: asyncio.Event, clock: Clock) -> None:
    """Empty the outbox into the projections; wait a moment when it is empty."""
    while not stop.is_set():
        try:
            busy = await asyncio.to_thread(_drain_some, url, clock.seconds())
        except psycopg.Error as error:
            log.warning("outbox not drained", extra={"reason": repr(error)})
            busy = False
        if not busy:
            try:
                await asyncio.wait_for(stop.wait(), _IDLE_SECONDS)
            except TimeoutError:
                continue


def _drain_some(url: str, now: int) -> bool:
    with (
        psycopg.connect(url, autocommit=True) as connection,
        psycopg.RawCursor(connection) as cursor,
    ):
        for _ in range(50):
            with connection.transaction():
                if run_sync(cursor, relay(_DRAIN_AT_ONCE, now)) < _DRAIN_AT_ONCE:
                    run_sync(cursor, succeeded("drain", now, every=_NOTED_EVERY_SECONDS))
                    return False
    return True
