"""``interlock audit``: does the hash chain hold?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import exits
from registry.cli.settings import storage_options

if TYPE_CHECKING:
    from registry.domain.checkpoint import Checkpoint


@click.group("audit")
def command() -> None:
    """The log of every change, each entry chained to the one before by its hash."""


@command.command("verify")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An exported file; default: the registry's own database.",
)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A checkpoint kept elsewhere; may be repeated.",
)
@click.option(
    "--public-key",
    "keys",
    multiple=True,
    help="Key that signed (see `interlock audit key`); may be repeated.",
)
@storage_options
@click.pass_context
def verify(
    ctx: click.Context,
    file: Path | None,
    checkpoints: tuple[Path, ...],
    keys: tuple[str, ...],
    database: str | None,
    data: Path | None,
) -> None:
    """Recompute every link. Exit status 0: nothing was edited, deleted or moved; 1: something was.

    A checkpoint kept elsewhere also shows that nothing was cut off the end. An exported file needs
    no registry; name the key that its checkpoints must carry.
    """
    from registry.domain import SYSTEM
    from registry.errors import Invalid
    from registry.security.signing import KnownKeys, audit_signer
    from registry.services.read_audit import verify_audit
    from registry.settings import Settings
    from registry.store.transfer import verify_export

    kept = [_read(path) for path in checkpoints]
    known = KnownKeys(frozenset(keys)) if keys else None
    if file is not None:
        if kept and known is None:
            raise Invalid("--public-key", "name the key that signed the checkpoint")
        check = verify_export(file, kept, known)
    else:
        from registry.app import open_runtime

        settings = Settings.load({"database": database, "data": data})
        runtime = open_runtime(settings)
        check = verify_audit(runtime.uow, SYSTEM, known or audit_signer(settings), kept)
    if check.intact:
        click.echo(f"{check.entries} entries hold; head {check.head}")
        return
    click.echo(f"broken at entry {check.broken_at}: {check.message}", err=True)
    ctx.exit(exits.NO)


@command.command("checkpoint")
@storage_options
def checkpoint(database: str | None, data: Path | None) -> None:
    """Verify the log, sign its head and count, and print the checkpoint; keep it elsewhere."""
    from registry.app import open_runtime
    from registry.domain import SYSTEM
    from registry.domain.encode import to_json
    from registry.security.signing import audit_signer
    from registry.services.checkpoint_audit import checkpoint_audit
    from registry.settings import Settings

    settings = Settings.load({"database": database, "data": data})
    made = checkpoint_audit(open_runtime(settings).uow, SYSTEM, audit_signer(settings))
    click.echo(json.dumps(to_json(made)))


@command.command("key")
@storage_options
def key(database: str | None, data: Path | None) -> None:
    """Print the public key that checkpoints are verified with."""
    from registry.security.signing import audit_signer
    from registry.settings import Settings

    click.echo(audit_signer(Settings.load({"database": database, "data": data})).key)


def _read(path: Path) -> Checkpoint:
    from registry.domain.checkpoint import Checkpoint
    from registry.errors import Invalid

    try:
        values = json.loads(path.read_text("utf-8"))
        at = datetime.fromisoformat(values["at"])
        return Checkpoint(**{**values, "at": at, "count": int(values["count"])})
    except OSError as error:
        raise Invalid(str(path), f"cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Invalid(str(path), "is no checkpoint of `interlock audit checkpoint`") from None
