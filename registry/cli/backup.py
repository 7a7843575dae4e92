"""``interlock backup``: everything in one file, as of one instant."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.settings import storage_options


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Also the keys kept in the data directory.")
@click.option("--verify", is_flag=True, help="Write nothing: check FILE, offline.")
@storage_options
def command(
    file: Path, with_keys: bool, verify: bool, database: str | None, data: Path | None
) -> None:
    """Write everything the registry holds into FILE, while it goes on serving.

    Documents, sidecars, history, evidence, waivers, users, hashes of tokens and the audit log:
    keep the file like the database itself. Keys are left out unless --with-keys is given.
    """
    from registry.store.backup import KEYS, back_up, verify_backup

    if verify:
        _verify(file, *verify_backup(file))
        return
    from registry.app import open_runtime
    from registry.settings import Settings
    from registry.store.unit_of_work import SqlUnitOfWork

    settings = Settings.load({"database": database, "data": data})
    runtime = open_runtime(settings)
    assert isinstance(runtime.uow, SqlUnitOfWork)
    found = back_up(runtime.uow, file, settings.data, keys=with_keys)
    click.echo(f"{file}: {sum(found.rows.values())} rows, {found.rows.get('versions', 0)} versions")
    if found.keys:
        click.echo(f"keys in it: {', '.join(found.keys)}; keep the file as secret as they are")
    left = [key for key in KEYS if key not in found.keys]
    if left:
        click.echo(
            f"keys not in it: {', '.join(left)}. Keep those of {settings.data} (or your settings) "
            "elsewhere: without them stored webhook secrets cannot be read and sessions end"
        )


def _verify(file: Path, found: object, check: object) -> None:
    from registry.domain.chain import ChainCheck
    from registry.errors import Invalid
    from registry.store.backup import Backup

    assert isinstance(found, Backup)
    assert isinstance(check, ChainCheck)
    if not check.intact:
        raise Invalid(str(file), f"its audit log does not hold: {check.message}")
    click.echo(
        f"{file} is whole: {sum(found.rows.values())} rows as of {found.at}, revision "
        f"{found.revision}, {check.entries} audit entries; keys: {', '.join(found.keys) or 'none'}"
    )
