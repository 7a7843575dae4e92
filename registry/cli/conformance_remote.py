"""``interlock conformance run --environment``: a worker of the registry runs it, we look on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from registry.cli import exits
from registry.cli.client import Client, connect

FINAL = {"passed": exits.OK, "failed": exits.NO}
GOING_ON = frozenset({"queued", "running"})
LOOK_SECONDS = 0.5
Say = Callable[[str, bool], None]
"""A sentence, and whether it stays on the terminal."""


def run_there(
    contract: str,
    environment: str,
    registry: str,
    token: str | None,
    shape: str,
    output: Path | None,
    say: Say,
    options: Mapping[str, Any],
) -> int:
    """Queue a run, show its progress until it ends, write its report; gives the exit status.

    Raises:
        CouldNotAsk, Refused, WrongQuestion: the registry is not there or says no.
    """
    client = connect(registry, token)
    body = {
        "contract": contract,
        "environment": environment,
        "number": options["number"],
        "url": options["url"],
        "system": options["system"],
        "suite": options["suite_name"] or "",
        "seed": options["seed"],
        "settings": _settings(options),
    }
    run = client.send("POST", "runs", body)
    say(f"{run['id']}: {run['contract']} {run['number']} against {run['url']}", True)
    view = until_it_ends(client, run["id"], say)
    text = client.text(f"runs/{run['id']}/report", format=shape)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{view['run']['status']}; written to {output}", err=True)
    click.echo(f"{client.url}/runs/{run['id']}", err=True)
    if str(view["run"]["note"]).startswith("target not reachable"):
        return exits.COULD_NOT_ASK
    return FINAL.get(view["run"]["status"], exits.UNKNOWN)


def _settings(options: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        "phases": _listed(options["phases"]),
        "checks": _listed(options["checks"]),
        "methods": _listed((options["methods"] or "").upper()) or None,
        "max_examples": options["max_examples"],
        "rate_limit": options["rate"],
        "time_budget": options["time_budget"],
        "request_timeout": options["request_timeout"],
        "workers": options["workers"],
        "excluded_operations": list(options["exclude"]) or None,
        "headers": options["headers"] or None,
        **dict(_setting(text) for text in options["settings"]),
    }
    return {name: value for name, value in given.items() if value is not None}


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--setting {text!r} has no '='; give NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def until_it_ends(
    client: Client, run: str, say: Say = lambda _text, _lasting: None
) -> dict[str, Any]:
    """The run when it has ended; Ctrl-C cancels it, and it is waited for."""
    told: tuple[str, bool] | None = None
    while True:
        try:
            view: dict[str, Any] = client.get(f"runs/{run}")
            sentence = _sentence(view["run"])
            if sentence is not None and sentence != told:
                told = sentence
                say(*sentence)
            if view["run"]["status"] not in GOING_ON:
                return view
            time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            click.echo("\ncancelling …", err=True)
            client.send("POST", f"runs/{run}/cancellation")


def _sentence(run: Mapping[str, Any]) -> tuple[str, bool] | None:
    if run["status"] == "queued":
        return "waiting for a worker", True
    progress = run["summary"].get("progress") if run["status"] == "running" else None
    read, now = (progress or {}).get("messages"), (progress or {}).get("operation")
    if read:
        causes = f", {read['causes']} causes of failure" if read["causes"] else ""
        return f"{read['where']}: {read['taken']:,} {read['what']} read{causes}", False
    if not now:
        return None
    return f"{now['phase']}: {now['operation']} ({now['requests']} requests)", False
