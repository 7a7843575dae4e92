"""``interlock conformance``: does a live system keep its contract?"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.evidence import Outcome
from conformance.evidence.reports import FORMATS, render
from conformance.plan import Safety, Suite
from registry.cli import exits
from registry.cli.conformance_progress import Progress
from registry.cli.conformance_suite import headers_of, safety_of, suite_of

DEFAULT_URL = "http://127.0.0.1:8720"
if TYPE_CHECKING:
    from conformance.evidence import Run

STATUS = {
    Outcome.PASSED: exits.OK,
    Outcome.FAILED: exits.NO,
    Outcome.INCONCLUSIVE: exits.UNKNOWN,
    Outcome.CANCELLED: exits.UNKNOWN,
    Outcome.ERROR: exits.UNKNOWN,
}


class _Group(click.Group):
    """``events``, ``traffic`` and ``data`` are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return [*super().list_commands(ctx), "events", "traffic", "data"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name."""
        if cmd_name == "events":
            from registry.cli.conformance_events import events_command

            return events_command
        if cmd_name == "traffic":
            from registry.cli.conformance_traffic import traffic_command

            return traffic_command
        if cmd_name == "data":
            from registry.cli.conformance_data import data_command

            return data_command
        return super().get_command(ctx, cmd_name)


@click.group("conformance", cls=_Group)
def command() -> None:
    """Check a live system against its contract."""


@command.command("run")
@click.argument("document", required=False)
@click.option("--contract", help="The same as DOCUMENT.")
@click.option("--url", help="Where the system answers; with --environment: registered there.")
@click.option("--environment", help="Let a worker of the registry run it there, and look on.")
@click.option("--version", "number", help="With --environment: not the version deployed there.")
@click.option("--system", help="With --environment: which of the contract's providers.")
@click.option("--registry", envvar="INTERLOCK_URL", default=DEFAULT_URL, show_default=True)
@click.option("--token", envvar="INTERLOCK_TOKEN", help="API token (INTERLOCK_TOKEN).")
@click.option(
    "--suite", "suite_name", help="A suite of the sidecar beside the document, or a file."
)
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@click.option("--phases", help="Comma-separated: examples, coverage, fuzzing, stateful.")
@click.option("--checks", help="Comma-separated; default: all that apply.")
@click.option("--max-examples", type=int, help="Generated requests per operation and phase.")
@click.option("--seed", type=int, help="The same seed sends the same requests.")
@click.option("--methods", help="Comma-separated methods that may be sent.")
@click.option("--exclude", multiple=True, help="Operation to leave out (id or METHOD /path, *).")
@click.option("--header", "headers", multiple=True, help="'Name: value' sent with every request.")
@click.option("--secret", help="Where the credential is: env:NAME or file:/path.")
@click.option(
    "--auth",
    type=click.Choice(["bearer", "basic", "api-key", "oauth2"]),
    help="How the credential is sent (default: bearer; oauth2 with --token-url).",
)
@click.option("--auth-name", help="User of basic, name of api-key, client id of oauth2.")
@click.option("--token-url", help="Where oauth2 asks for tokens (client credentials).")
@click.option("--scope", help="Scope of the token.")
@click.option("--audience", help="Audience of the token.")
@click.option(
    "--client-auth",
    type=click.Choice(["basic", "body"]),
    default="basic",
    show_default=True,
    help="How oauth2 sends client id and secret.",
)
@click.option("--cert", help="Client certificate: a PEM file, or env:NAME.")
@click.option("--key", help="Its key, unless the certificate's file holds it.")
@click.option("--ca", help="Authority to trust beside the public ones: a PEM file, or env:NAME.")
@click.option("--workers", type=click.IntRange(1, 16), help="Processes to share the operations.")
@click.option("--request-timeout", type=float, help="Seconds in which an answer has to come.")
@click.option("--rate", type=float, help="Requests per second at most.")
@click.option("--time-budget", type=float, help="Seconds after which the run ends.")
@click.option(
    "--setting",
    "settings",
    multiple=True,
    help="With --environment: NAME=VALUE of the run, such as last=1000 or table=day.",
)
@click.option("--production", is_flag=True, help="Only GET, HEAD and OPTIONS, 5 requests a second.")
@click.option("--safety", help="Rules of an environment of an estate: estate.yaml#ENVIRONMENT.")
@click.option("--quiet", is_flag=True, help="No progress.")
def run_command(
    document: str | None,
    contract: str | None,
    shape: str,
    output: Path | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Send generated requests to a system and report where it breaks its contract.

    Needs no registry: DOCUMENT is an OpenAPI file and --url where the system answers. With
    --environment DOCUMENT is the name of a contract; a worker of the registry carries it out and
    keeps the evidence, for the gate to see. Every failure comes with the place in the contract and
    a curl command.

    Exit status: 0 passed, 1 failures, 2 usage, unreadable input or refused by a safety rule,
    3 inconclusive, 4 target or registry not reachable.
    """
    if (document is None) == (contract is None):
        raise click.UsageError("give one DOCUMENT: an OpenAPI file, or a contract's name")
    contract = document or contract or ""
    progress = Progress(quiet=quiet)
    if given["environment"]:
        sys.exit(_run_there(contract, shape, output, progress, given))
    if not given["url"]:
        raise click.UsageError("give --url (a system to test) or --environment (of a registry)")
    path = Path(contract)
    if not path.is_file():
        raise click.UsageError(
            f"the document {contract!r} does not exist; a contract's name needs --environment"
        )
    found = _run_here(path, given["url"], progress, given)
    progress.done()
    write(found, shape, output)
    if found.reason.startswith("target not reachable"):
        sys.exit(exits.COULD_NOT_ASK)
    sys.exit(STATUS[found.outcome])


def _run_there(
    contract: str, shape: str, output: Path | None, progress: Progress, given: dict[str, Any]
) -> int:
    from registry.cli.conformance_remote import run_there

    if any(given[name] for name in ("secret", "cert", "key", "ca", "token_url")):
        raise click.UsageError("the environment's endpoint names its credential (estate: auth)")
    options = {**given, "headers": headers_of(given["headers"])}
    asked = (given["environment"], given["registry"], given["token"])
    status = run_there(contract, *asked, shape, output, progress.say, options)
    progress.done()
    return status


def _run_here(contract: Path, url: str, progress: Progress, options: Mapping[str, Any]) -> Run:
    from contracts.documents import bundle, load

    document = bundle(load(contract), strict=True)
    must_be_openapi(document.data, contract)
    suite = suite_of(contract, options)
    safety = safety_of(options)
    return _in_background(suite, document, url, safety, threading.Event(), progress)


def _in_background(
    suite: Suite,
    document: Any,
    url: str,
    safety: Safety,
    cancel: threading.Event,
    progress: Progress,
) -> Run:
    """Run in a thread, so that Ctrl-C cancels the run instead of tearing it."""
    from conformance.http import run

    result: list[Any] = []

    def work() -> None:
        try:
            result.append(run(suite, document, url, progress, safety=safety, cancel=cancel))
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            result.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        try:
            thread.join(0.2)
        except KeyboardInterrupt:
            click.echo("\ncancelling …", err=True)
            cancel.set()
    if isinstance(result[0], BaseException):
        raise result[0]
    found: Run = result[0]
    return found


def must_be_openapi(data: Any, path: Path) -> None:
    """Refuse another document than OpenAPI in one sentence."""
    from contracts.errors import UnsupportedFormat

    if not isinstance(data, dict) or "openapi" not in data:
        raise UnsupportedFormat(
            "not an OpenAPI document; generated requests need one (give its file in --contract)",
            source=str(path),
        )


def write(found: Run, shape: str, output: Path | None) -> None:
    """Print the report, or put it into a file."""
    text = render(found, shape)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{found.outcome.value}; written to {output}", err=True)
