"""The worker process."""

from __future__ import annotations

import threading

import structlog
from huey.consumer_options import ConsumerConfig

from registry.jobs.queue import Tasks, open_queue
from registry.logs import configure
from registry.settings import Settings

LOOKS = 4
"""Looks for silent workers in the time after which one counts as silent."""
log = structlog.get_logger("interlock.worker")


def run_worker(settings: Settings, threads: int = 2) -> None:
    """Carry out tasks until a signal ends the process; SIGTERM lets the current one finish."""
    configure(settings)
    queue = open_queue(settings)
    queue.tasks.recover()
    queue.tasks.remind()
    config = ConsumerConfig(
        workers=threads, worker_type="thread", periodic=True, check_worker_health=True
    )
    config.validate()
    ending = threading.Event()
    watch = threading.Thread(
        target=_watch, args=(queue.tasks, settings.run_silence / LOOKS, ending), daemon=True
    )
    watch.start()
    try:
        queue.huey.create_consumer(**config.values).run()
    finally:
        ending.set()
        watch.join(10)


def _watch(tasks: Tasks, every: float, ending: threading.Event) -> None:
    """Take up the runs of dead workers; the queue's own schedule knows minutes only."""
    while not ending.wait(every):
        try:
            tasks.take_up_silent()
        except Exception as error:  # noqa: BLE001 - database or queue: it looks again
            log.warning("looking for silent workers failed", error=str(error))
