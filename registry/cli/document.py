"""``interlock document``: a published document, as it was published or with what it refers to."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli.client import connect, registry_options
from registry.errors import Unavailable


@click.command("document")
@click.argument("contract")
@click.argument("version", default="latest")
@click.option("--bundle", is_flag=True, help="With everything that it refers to inside.")
@click.option("--sidecar", is_flag=True, help="Its contract.yaml instead.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard out."
)
@registry_options
def command(
    contract: str,
    version: str,
    bundle: bool,
    sidecar: bool,
    output: Path | None,
    url: str,
    token: str | None,
) -> None:
    """Fetch the document of CONTRACT, of a VERSION of it (default: the latest).

    VERSION is a number, number@branch, a tag, a branch or latest. A bundled .proto file comes
    with its imports in a ZIP archive.
    """
    if bundle and sidecar:
        raise click.UsageError("give either --bundle or --sidecar")
    part = "sidecar" if sidecar else "document"
    query = {"bundle": "true"} if bundle else {}
    content = connect(url, token).content(
        f"contracts/{contract}/versions/{version}/{part}", **query
    )
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise Unavailable(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output}: {len(content):,} bytes", err=True)
