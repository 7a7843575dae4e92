"""``interlock replay``: show live how a new version breaks what the old one allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from registry.cli import exits

DEFAULT_URL = "http://127.0.0.1:8720"
METHODS = "GET,HEAD,OPTIONS,POST,PUT,PATCH,DELETE"


@click.command("replay")
@click.argument("old")
@click.argument("new")
@click.option("--old-url", help="Where the old version answers.")
@click.option("--new-url", help="Where the new version answers.")
@click.option("--finding", "wanted", multiple=True, help="Rule or fingerprint; default: all.")
@click.option("--secret", help="Where the credential of both is: env:NAME or file:/path.")
@click.option("--methods", default=METHODS, show_default=True, help="What may be sent to them.")
@click.option("--production", is_flag=True, help="Only GET, HEAD and OPTIONS may be sent.")
@click.option("--value", "values", multiple=True, help="NAME=VALUE of a parameter that exists.")
@click.option("--contract", help="Ask a registry: OLD and NEW are versions of this contract.")
@click.option("--old-in", help="With --contract: the environment where the old version runs.")
@click.option("--new-in", help="With --contract: the environment where the new version runs.")
@click.option("--registry", envvar="INTERLOCK_URL", default=DEFAULT_URL, show_default=True)
@click.option("--token", envvar="INTERLOCK_TOKEN", help="API token (INTERLOCK_TOKEN).")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(old: str, new: str, shape: str, **given: Any) -> None:
    """Send what breaks between two versions of an OpenAPI contract to both deployments.

    OLD and NEW are files, with --old-url and --new-url; or versions of a registry's --contract,
    with --old-in and --new-in, whose safety rules and endpoints hold then. A request that only the
    old version allows is sent to both; for an answer that old readers cannot read, the operations
    that give it are asked, safe ones first.

    Exit status: 0 a break is shown, 1 none is, 2 usage, 3 undecided, 4 could not ask.
    """
    values = dict(_pair(text) for text in given["values"])
    ask = _there if given["contract"] else _here
    found = ask(old, new, values, given)
    _write(found, shape)
    outcomes = {replay["outcome"] for replay in found}
    if "shown" in outcomes:
        sys.exit(exits.OK)
    sys.exit(exits.NO if outcomes == {"not-shown"} else exits.UNKNOWN)


def _here(
    old: str, new: str, values: Mapping[str, str], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    from conformance.plan import Auth, Safety
    from conformance.replay import Deployment, replay
    from contracts import compare
    from contracts.documents import bundle, load
    from registry.cli.conformance import must_be_openapi

    if not given["old_url"] or not given["new_url"]:
        raise click.UsageError("give --old-url and --new-url, or --contract of a registry")
    documents = [bundle(load(Path(path)), strict=True) for path in (old, new)]
    for document, path in zip(documents, (old, new), strict=True):
        must_be_openapi(document.data, Path(path))
    methods = tuple(m.strip().upper() for m in given["methods"].split(",") if m.strip())
    production = bool(given["production"])
    safety = Safety("production" if production else "local", production, methods=methods)
    auth = Auth("bearer", given["secret"]) if given["secret"] else Auth()
    sides = [Deployment(given[f"{name}_url"], safety, auth) for name in ("old", "new")]
    report = compare(*documents)
    chosen = [f for f in report.findings if _is_wanted(f, given["wanted"])]
    if not chosen:
        raise click.UsageError("no breaking finding with a payload is like that; see diff")
    return [
        replay(finding, (documents[0], sides[0]), (documents[1], sides[1]), values=values).to_json()
        for finding in chosen
    ]


def _there(
    old: str, new: str, values: Mapping[str, str], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    from registry.cli.client import connect
    from registry.cli.conformance_remote import until_it_ends

    if not given["old_in"] or not given["new_in"]:
        raise click.UsageError("give --old-in and --new-in: the environments of the two versions")
    client = connect(given["registry"], given["token"])
    body = {
        "old": old,
        "new": new,
        "old_environment": given["old_in"],
        "new_environment": given["new_in"],
        "old_url": given["old_url"],
        "new_url": given["new_url"],
        "findings": list(given["wanted"]),
        "values": dict(values),
    }
    run = client.send("POST", f"contracts/{given['contract']}/replays", body)
    view = until_it_ends(client, run["id"])
    click.echo(f"{client.url}/runs/{run['id']}", err=True)
    replays: list[dict[str, Any]] = view["run"]["summary"].get("replays", [])
    if not replays:
        raise click.ClickException(view["run"]["note"] or "nothing was replayed")
    return replays


def _is_wanted(finding: Any, wanted: Iterable[str]) -> bool:
    from contracts.verdict import Level

    if finding.level is not Level.ERROR or finding.witness is None:
        return False
    names = set(wanted)
    return not names or bool(names & {finding.rule, finding.fingerprint})


def _write(found: list[dict[str, Any]], shape: str) -> None:
    if shape == "json":
        import orjson

        click.echo(orjson.dumps({"replays": found}, option=orjson.OPT_INDENT_2).decode())
        return
    from conformance.replay.shown import Replay
    from conformance.replay.text import text

    click.echo(text(tuple(Replay.from_json(item) for item in found)), nl=False)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--value {text!r} has no '='; give NAME=VALUE")
    return name, value
