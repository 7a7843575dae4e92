"""``interlock restore``: a backup back into a registry."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Put it in the place of everything that is there; it is lost."
)
@storage_options
def command(file: Path, replace: bool, database: str | None, data: Path | None) -> None:
    """Put the backup FILE back: all of it, or nothing if it was cut or edited.

    Into an empty registry, unless --replace says otherwise. Stop servers and workers first.
    """
    from registry.app import open_runtime
    from registry.settings import Settings
    from registry.store.backup import restore
    from registry.store.unit_of_work import SqlUnitOfWork

    settings = Settings.load({"database": database, "data": data})
    runtime = open_runtime(settings)
    assert isinstance(runtime.uow, SqlUnitOfWork)
    found = restore(runtime.uow, file, settings.data, replace=replace)
    click.echo(
        f"restored as of {found.at}: {sum(found.rows.values())} rows, "
        f"{found.rows.get('versions', 0)} versions; keys: {', '.join(found.keys) or 'none in it'}"
    )
