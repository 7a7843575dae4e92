"""``interlock serve``: the registry, its API and its web UI."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import click

from registry.cli.settings import export, storage_options

THREADS = 16
"""Request threads per server process; requests wait for the database, not for each other."""


@click.command("serve")
@click.option("--host", help="Address to listen on; default 127.0.0.1 (INTERLOCK_HOST).")
@click.option("--port", type=int, help="Port; default 8720, 0 a free one (INTERLOCK_PORT).")
@click.option("--workers", type=int, help="Server processes; default 1 (INTERLOCK_WORKERS).")
@click.option(
    "--open",
    "open_",
    is_flag=True,
    default=None,
    help="Every caller is an admin, for trying things out; loopback only (INTERLOCK_OPEN).",
)
@storage_options
def command(
    host: str | None,
    port: int | None,
    workers: int | None,
    open_: bool | None,
    database: str | None,
    data: Path | None,
) -> None:
    """Start the registry: web UI, REST API and health checks.

    Settings come from options, then INTERLOCK_… variables, then interlock.toml. Without --open the
    first start prints a one-time admin link, and writing needs a token.
    """
    from registry.app import open_runtime
    from registry.services.sign_in import first_link
    from registry.settings import Settings

    overrides: dict[str, Any] = {"host": host, "port": port, "workers": workers, "open": open_}
    overrides |= {"database": database, "data": data}
    settings = Settings.load(overrides)
    listening = claim(settings.host, settings.port)
    runtime = open_runtime(settings)
    address = f"http://{_bracketed(settings.host)}:{listening}"
    click.echo(f"Interlock serves {address}")
    if settings.open:
        click.secho(
            "WARNING: --open is on: every caller on this machine has the admin role. "
            "Use it for trying things out only.",
            fg="yellow",
            err=True,
        )
    elif secret := first_link(runtime.uow):
        base = settings.public_url.rstrip("/") or address
        click.echo(f"Become the first admin (once, within 24 hours): {base}/sign-in?token={secret}")
    export({**overrides, "port": listening})
    listen("registry.app:create_app", settings.host, listening, settings.workers)


def claim(host: str, port: int) -> int:
    """The port, if it can be listened on; a free one for 0.

    Raises:
        Unavailable: it is taken, or the address is not one of this machine.
    """
    from registry.errors import Unavailable

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"cannot listen on {host} port {port}: {error.strerror}; "
                "choose another with --port, or --port 0 for a free one"
            ) from None
        found: int = probe.getsockname()[1]
        return found


def listen(factory: str, host: str, port: int, workers: int) -> None:
    """Serve the WSGI application that ``module:factory`` makes, until a signal ends it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        factory,
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
