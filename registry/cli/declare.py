"""``interlock declare``: a consumer's team says what it uses of a contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import exits
from registry.cli.client import Client, connect, registry_options

if TYPE_CHECKING:
    from conformance.observed import Observed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("declare")
@click.option("--contract", required=True, help="The contract that is used.")
@click.option("--consumer", required=True, help="The system that uses it.")
@click.option("--pact", type=FILE, help="What it was tested with: a Pact file of version 1 to 4.")
@click.option("--uses", type=FILE, help="What it uses, in the words of contract.yaml consumers[].")
@click.option(
    "--from-har", "archives", multiple=True, type=FILE,
    help="Propose what an HTTP archive of its calls shows; may be repeated.",
)  # fmt: skip
@click.option(
    "--from-messages", "captures", multiple=True, type=FILE,
    help="Propose what captured messages show (JSON lines or CloudEvents); may be repeated.",
)  # fmt: skip
@click.option("--base", default="", help="What stands before the contract's paths: /api/v1.")
@click.option("--proposed", is_flag=True, help="Propose --uses; the consumer's team confirms.")
@click.option("--print", "only_print", is_flag=True, help="Print what is inferred; send nothing.")
@click.option("--confirm", is_flag=True, help="Confirm what is proposed.")
@click.option("--decline", is_flag=True, help="Strike out what is proposed.")
@click.option("--reason", default="", help="Why, for the audit log.")
@registry_options
def command(
    contract: str,
    consumer: str,
    pact: Path | None,
    uses: Path | None,
    archives: tuple[Path, ...],
    captures: tuple[Path, ...],
    base: str,
    proposed: bool,
    only_print: bool,
    confirm: bool,
    decline: bool,
    reason: str,
    url: str,
    token: str | None,
) -> None:
    """Say what a system uses of a contract: checks and the gate then judge it by that.

    What is inferred (--from-har, --from-messages) is read here, and only names of operations and
    fields are sent. It is proposed, and counts when the consumer's team has confirmed it.

    Exit status: 0 remembered, 1 refused, 2 usage or unreadable input, 4 could not ask.
    """
    ways = [pact, uses, archives or None, captures or None, confirm or None, decline or None]
    if sum(way is not None for way in ways) != 1:
        raise click.UsageError(
            "give one of --pact, --uses, --from-har, --from-messages, --confirm and --decline"
        )
    client = connect(url, token)
    place = f"contracts/{contract}/expectations/{consumer}"
    if confirm:
        told = client.send("POST", f"{place}/confirmation", {"reason": reason})
        click.echo(f"{consumer} uses {contract}: confirmed, {_uses(told)}")
        return
    if decline:
        told = client.send("DELETE", f"{place}/proposal")
        click.echo(f"{consumer} does not use {contract} as was proposed: {_uses(told)}")
        return
    body = _body(client, contract, pact, uses, archives, captures, base)
    if only_print:
        import orjson

        click.echo(orjson.dumps(body.get("uses") or {}, option=orjson.OPT_INDENT_2).decode())
        return
    body |= {"reason": reason, "proposed": proposed or bool(archives or captures)}
    told = client.send("PUT", place, body)
    if told["confirmed"]:
        click.echo(f"{consumer} uses {contract}: {_uses(told)}")
        return
    click.echo(f"{consumer} uses {contract}: proposed, {_uses(told)}")
    click.echo(f"  counts when {consumer}'s team confirms: interlock declare --contract {contract}")
    click.echo(f"  --consumer {consumer} --confirm")


def _body(
    client: Client,
    contract: str,
    pact: Path | None,
    uses: Path | None,
    archives: tuple[Path, ...],
    captures: tuple[Path, ...],
    base: str,
) -> dict[str, Any]:
    from contracts.documents import load
    from registry.cli.publish import read_text

    if pact is not None:
        return {"pact": read_text(pact), "filename": pact.name}
    if uses is not None:
        return {"uses": load(uses).data}
    observed = _observed(client, contract, archives, captures, base)
    files = ", ".join(path.name for path in archives or captures)
    what = "exchanges" if archives else "messages"
    for use in observed.uses:
        click.echo(f"  {_line(use)}", err=True)
    if observed.strange:
        text = f"  {observed.strange} {what} that {contract} does not describe are left out"
        click.echo(text, err=True)
    if not observed.uses:
        click.echo(f"no {what} of {contract} in {files}; nothing is proposed", err=True)
        raise SystemExit(exits.NO)
    taken = f"{observed.taken} {what if observed.taken != 1 else what[:-1]}"
    purpose = f"Inferred from {taken} in {files}"
    return {"uses": {"purpose": purpose[:500], "uses": [dict(use) for use in observed.uses]}}


def _observed(
    client: Client,
    contract: str,
    archives: tuple[Path, ...],
    captures: tuple[Path, ...],
    base: str,
) -> Observed:
    from conformance.events.capture import read_capture
    from conformance.http.traffic import read_har
    from conformance.observed import use_of_messages, use_of_traffic
    from contracts.documents import load

    content = client.content(f"contracts/{contract}/versions/latest/document", bundle="true")
    document = load(content, name=contract)
    if archives:
        exchanges = (one for archive in archives for one in read_har(archive))
        return use_of_traffic(document, exchanges, base)
    return use_of_messages(document, (one for c in captures for one in read_capture(c)))


def _line(use: Mapping[str, Any]) -> str:
    target = use.get("operation") or use.get("message")
    parts = [f"{len(use[side])} fields {side[:-1]}" for side in ("reads", "sends") if use.get(side)]
    return f"{target}: {', '.join(parts) or 'nothing else'}"


def _uses(told: Mapping[str, Any]) -> str:
    body = told["body"]
    if "pact" in body:
        tested = len(body["pact"].get("interactions", ())) + len(body["pact"].get("messages", ()))
        return f"{tested} tested interaction{'s' * (tested != 1)}"
    return f"{len(body['uses'])} use{'s' * (len(body['uses']) != 1)}"
