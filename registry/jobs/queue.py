"""The task queue: SQLite in the data directory, or Redis for several hosts.

Tasks carry only ids; everything else is in the database, so a lost queue loses no fact: the
schedule finds runs that are queued or whose worker fell silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey, crontab

from registry.errors import Unavailable
from registry.settings import Settings

NAME = "interlock"


def open_huey(settings: Settings) -> Huey:
    """The queue's storage, with the tasks registered.

    Raises:
        Unavailable: the data directory cannot be written.
    """
    if settings.redis:
        return RedisHuey(NAME, url=settings.redis, results=False)
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"cannot create {settings.data}: {error.strerror}; choose another with --data"
        ) from None
    path = settings.data / "jobs.sqlite3"
    return SqliteHuey(NAME, filename=str(path), results=False, journal_mode="wal", timeout=30)


@dataclass(frozen=True, slots=True)
class HueyQueue:
    """Implements :class:`registry.services.ports.JobQueue`; enqueues by the names of the tasks."""

    huey: Huey
    tasks: Any

    def check(self) -> None:
        """It answers.

        Raises:
            Unavailable: it does not.
        """
        try:
            self.huey.pending_count()
        except Exception as error:  # Redis and SQLite have no error in common
            kind = "Redis" if isinstance(self.huey, RedisHuey) else "the queue's file"
            raise Unavailable(f"{kind} does not answer: {type(error).__name__}") from error

    def enqueue_run(self, run_id: str) -> None:
        """Have a worker carry it out."""
        self.tasks.carry_out(run_id)


def open_queue(settings: Settings) -> HueyQueue:
    """The queue as the service uses it: tasks run in a worker, never here."""
    huey = open_huey(settings)
    return HueyQueue(huey, Tasks(huey, settings))


class Tasks:
    """The tasks of one queue; a worker process connects to the database when the first runs."""

    def __init__(self, huey: Huey, settings: Settings) -> None:
        self._settings = settings
        self._worker: Any = None
        self._huey = huey
        self.carry_out = huey.task(name="carry_out_run", retries=0)(
            self._spanned("carry_out_run", self._carry_out)
        )
        minutely = crontab(minute="*")
        self.deliver = self._periodic("deliver", minutely, self._deliver)
        self.recover = self._periodic("recover", minutely, self._recover)
        """Every minute, when a worker starts, and as soon as another is seen to be silent."""
        self.fire = self._periodic("fire", minutely, self._fire)
        """Every minute: the runs of schedules whose time has come."""
        self.seal = self._periodic("seal", crontab(minute="7"), self._seal)
        """Every hour: a checkpoint of the audit log, if one is due."""
        self.remind = self._periodic("remind", crontab(minute="37"), self._remind)
        """Every hour, and when a worker starts: sunsets near or overdue, each told once."""
        nightly = crontab(minute="23", hour="2")
        self.retain = self._periodic("retain", nightly, self._retain)

    def _periodic(self, name: str, when: Any, work: Callable[..., None]) -> Any:
        return self._huey.periodic_task(when, name=name)(self._spanned(name, work))

    def _work(self) -> Any:
        if self._worker is None:
            from registry.jobs.work import Work

            self._worker = Work(self._settings)
        return self._worker

    def _spanned(self, name: str, work: Callable[..., None]) -> Callable[..., None]:
        """``work`` with a span around it, where traces are wanted."""

        def spanned(*given: str) -> None:
            tracing = self._work().tracing
            if tracing is None:
                work(*given)
                return
            with tracing.job(name, **({"run": given[0]} if given else {})):
                work(*given)

        return spanned

    def _carry_out(self, run_id: str) -> None:
        ended = self._work().carry_out(run_id)
        if ended is not None:
            for waiting in self._work().waiting(ended):
                self.carry_out(waiting)

    def _deliver(self) -> None:
        self._work().deliver()

    def _fire(self) -> None:
        for run_id in self._work().fire():
            self.carry_out(run_id)

    def _remind(self) -> None:
        if self._work().remind():
            self._work().deliver()

    def _retain(self) -> None:
        self._work().retain()

    def _seal(self) -> None:
        self._work().seal()

    def take_up_silent(self) -> None:
        """Hand on the runs of workers that fell silent, if there are any."""
        silence = timedelta(seconds=self._settings.run_silence)
        if self._work().silent(silence):
            self._recover()

    def _recover(self) -> None:
        for run_id in self._work().recover(timedelta(seconds=self._settings.run_silence)):
            self.carry_out(run_id)
