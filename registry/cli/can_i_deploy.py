"""``interlock can-i-deploy``: may this version of this system go to that environment?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from registry.cli import exits
from registry.cli.client import CouldNotAsk, connect, registry_options
from registry.errors import RegistryError

SIGNS = {"ok": "ok     ", "waived": "waived ", "unknown": "?      ", "blocked": "BLOCKED"}


@click.command("can-i-deploy")
@click.option("--system", required=True, help="The system, such as erp.")
@click.option("--version", "version", required=True, help="Its version, such as 2.0.0.")
@click.option("--to", required=True, help="The environment, such as production.")
@click.option(
    "--with",
    "together",
    multiple=True,
    metavar="SYSTEM:VERSION",
    help="Deployed in the same step; may be repeated.",
)
@click.option("--at", help="Give the answer of that instant (RFC 3339).")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@registry_options
def command(
    system: str,
    version: str,
    to: str,
    together: tuple[str, ...],
    at: str | None,
    shape: str,
    url: str,
    token: str | None,
) -> None:
    """May this version of this system go to that environment?

    Exit status: 0 yes, 1 no, 2 usage, 3 don't know, 4 could not ask.
    """
    import orjson

    try:
        decision = connect(url, token).get(
            "can-i-deploy",
            system=system,
            version=version,
            to=to,
            together=",".join(together) or None,
            at=at,
        )
    except CouldNotAsk as error:
        if shape == "json":
            told: dict[str, Any] = {"answer": "could-not-ask", "system": system, "version": version}
            told |= {"environment": to, "reasons": [], "error": str(error)}
            click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
            raise SystemExit(exits.COULD_NOT_ASK) from None
        raise
    except RegistryError as error:
        if shape == "json":
            click.echo(orjson.dumps({"answer": "error", "error": str(error)}).decode())
        raise
    if shape == "json":
        click.echo(orjson.dumps(decision, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(lines(decision)))
    raise SystemExit(exits.OF_ANSWER[decision["answer"]])


def lines(decision: dict[str, Any]) -> Iterator[str]:
    """The decision for a terminal of 80 columns: answer first, then what blocks, then the rest."""
    subject = f"{decision['system']} {decision['version']} → {decision['environment']}"
    word = {"yes": "YES", "no": "NO", "unknown": "DON'T KNOW"}[decision["answer"]]
    yield f"{word}  {subject}"
    order = {"blocked": 0, "unknown": 1, "waived": 2, "ok": 3}
    reasons = sorted(decision["reasons"], key=lambda one: order[one["outcome"]])
    for reason in reasons:
        if reason["outcome"] == "ok":
            continue
        yield ""
        yield f"  {SIGNS[reason['outcome']]} {_pair(reason)}"
        yield from _wrapped(reason["message"], 10)
        if reason["outcome"] in {"blocked", "unknown"}:
            yield from _details(reason)
    held = [reason for reason in reasons if reason["outcome"] == "ok"]
    if held:
        yield ""
        yield f"  {SIGNS['ok']} {len(held)} more hold:"
        by_contract: dict[str, list[str]] = {}
        for reason in held:
            partner = reason["consumer"] if reason["consumer"] != decision["system"] else ""
            named = partner or reason["provider"] or reason["code"]
            by_contract.setdefault(reason["contract"], []).append(named)
        for contract, partners in sorted(by_contract.items()):
            yield from _wrapped(f"{contract}: {', '.join(dict.fromkeys(partners))}", 10)
    if not reasons:
        yield "  nothing is deployed there that it would meet"


def _pair(reason: dict[str, Any]) -> str:
    contract = reason["contract"]
    versions = " → ".join(filter(None, (reason["old_version"], reason["new_version"])))
    consumer = " ".join(filter(None, (reason["consumer"], reason["consumer_version"])))
    named = f"{contract} {versions}".strip()
    return f"{named} · {consumer}" if consumer else named or reason["code"]


def _details(reason: dict[str, Any]) -> Iterator[str]:
    shown = [f for f in reason["findings"] if f["level"] in {"error", "unknown"}]
    for finding in shown[:5]:
        place = finding["new"] or finding["old"] or {}
        line = f" (line {place['line']})" if place.get("line") else ""
        yield from _wrapped(f"{finding['rule']}{line}: {finding['message']}", 12)
    if len(shown) > 5:
        yield " " * 12 + f"… and {len(shown) - 5} more"
    if reason["owner"]:
        yield from _wrapped(f"owner: {reason['owner']}", 10)
    if reason["next_step"]:
        yield from _wrapped(f"next: {reason['next_step']}", 10)


def _wrapped(text: str, indent: int) -> list[str]:
    import textwrap

    space = " " * indent
    return textwrap.wrap(
        text, 80, initial_indent=space, subsequent_indent=space + "  ", break_on_hyphens=False
    )
