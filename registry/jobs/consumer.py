"""The worker process."""

from __future__ import annotations

from huey.consumer_options import ConsumerConfig

from registry.jobs.queue import open_queue
from registry.logs import configure
from registry.settings import Settings


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
    queue.huey.create_consumer(**config.values).run()
