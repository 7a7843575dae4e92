"""``interlock demo``: the main job, end to end, on bundled services."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click

from registry.cli.processes import Processes
from registry.errors import RegistryError, Unavailable

STEPS = 6


@click.command("demo")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="INTERLOCK_DATA",
    default=Path(".interlock"),
    show_default=True,
    help="Where database, logs and captured events are kept.",
)
@click.option(
    "--database", envvar="INTERLOCK_DATABASE", default="", help="Default: SQLite in --data."
)
@click.option("--port", envvar="INTERLOCK_PORT", default=8720, show_default=True, help="Web UI.")
@click.option("--exit", "leave", is_flag=True, help="End after the summary, with status 0.")
def command(data: Path, database: str, port: int, leave: bool) -> None:
    """Start the reference services, publish their contracts, compare a proposed ERP release,
    run conformance suites, ask the gate, and serve the web UI.

    Works on the data that is there; a second run changes nothing that is already published.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with Processes(data / "logs") as processes:
            _tell(processes, data, database, port, leave)
    except KeyboardInterrupt:
        click.echo("\nstopped; every process has ended")


def _tell(processes: Processes, data: Path, database: str, port: int, leave: bool) -> None:
    from contracts.governance.shelf import read_library
    from registry.cli.demonstration import story
    from registry.cli.demonstration.business_day import live_a_day
    from registry.cli.demonstration.screen import Screen
    from registry.cli.demonstration.services import credentials, start_services
    from registry.jobs.work import Work
    from registry.logs import configure
    from registry.settings import Settings
    from registry.store.engine import connect
    from registry.store.migrate import upgrade
    from registry.store.unit_of_work import SqlUnitOfWork

    screen = Screen(STEPS)
    os.environ.update(credentials())
    settings = Settings.load(
        {"data": data, "database": database, "port": port, "open": True, "log_level": "warning"}
    )
    configure(settings)
    data.mkdir(parents=True, exist_ok=True)

    screen.step("Reference services: real HTTP, real state, events to a local capture")
    services = start_services(processes, data / "services", credentials())
    for service in services:
        faults = f", {len(service.faults)} faults switched on" if service.faults else ""
        screen.say(f"   {service.system:<12} {service.release}  {service.url}{faults}")

    screen.step(f"Registry: {_shown(settings.database_url)}")
    engine = connect(settings.database_url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine)
    library = read_library()
    story.publish_library(library, services, uow, screen)

    screen.step("Proposed versions: what changes, who breaks, which payload proves it")
    story.show_proposals(library, uow, screen)

    screen.step("Conformance: do the live systems keep their contracts?")
    live_a_day(services, data / "services", library, screen)
    story.run_suites(uow, Work(settings, uow), screen)

    screen.step("The gate: can ERP 2.0.0 go to production?")
    story.ask_the_gate(uow, screen)

    screen.step("Web UI")
    address = _serve(processes, settings.data, settings.database_url, port)
    screen.say(f"   {address}   (open: every caller on this machine is an admin)")
    screen.say(f"   logs in {data / 'logs'}, captured events in {data / 'services'}")
    if not leave:
        screen.say("   Ctrl-C stops everything")
        _watch(processes)


def _serve(processes: Processes, data: Path, database: str, port: int) -> str:
    import httpx

    from registry.cli.demonstration.services import free_port

    chosen = free_port(port)
    if port not in {chosen, 0}:
        click.echo(f"   port {port} is taken; using {chosen}")
    interlock = [sys.executable, "-m", "registry.cli.main"]
    shared = ["--data", str(data), "--database", database]
    processes.start("serve", [*interlock, "serve", "--open", "--port", str(chosen), *shared])
    processes.start("worker", [*interlock, "worker", *shared])
    address = f"http://127.0.0.1:{chosen}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (name := processes.ended()) is not None:
            raise Unavailable(f"{name} ended:\n{processes.log(name)}")
        try:
            if httpx.get(f"{address}/healthz", timeout=2).is_success:
                return address
        except httpx.HTTPError:
            time.sleep(0.1)
    raise Unavailable(f"the web UI does not answer at {address}:\n{processes.log('serve')}")


def _watch(processes: Processes) -> None:
    while (name := processes.ended()) is None:
        time.sleep(0.5)
    raise RegistryError(f"{name} ended by itself:\n{processes.log(name)}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _shown(url: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)
