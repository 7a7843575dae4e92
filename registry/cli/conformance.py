"""``interlock conformance``: does a live system keep its contract?"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.evidence import Outcome
from conformance.evidence.reports import FORMATS, render
from conformance.plan import Auth, Safety, Suite, SuiteInvalid
from registry.cli import exits

DEFAULT_URL = "http://127.0.0.1:8720"
if TYPE_CHECKING:
    from conformance.evidence import Run
    from conformance.http import Progress
    from contracts.governance.sidecar import Sidecar

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
@click.option(
    "--contract",
    "contract",
    required=True,
    help="OpenAPI document the system promises to keep; with --environment a contract's name.",
)
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
    type=click.Choice(["bearer", "basic", "api-key"]),
    default="bearer",
    show_default=True,
    help="How the credential is sent.",
)
@click.option("--auth-name", help="User of basic, header of api-key.")
@click.option("--rate", type=float, help="Requests per second at most.")
@click.option("--time-budget", type=float, help="Seconds after which the run ends.")
@click.option(
    "--setting",
    "settings",
    multiple=True,
    help="With --environment: NAME=VALUE of the run, such as last=1000 or table=day.",
)
@click.option("--production", is_flag=True, help="Only GET, HEAD and OPTIONS, 5 requests a second.")
@click.option("--quiet", is_flag=True, help="No progress.")
def run_command(contract: str, shape: str, output: Path | None, quiet: bool, **given: Any) -> None:
    """Send generated requests to a system and report where it breaks its CONTRACT.

    Needs no registry: --contract is a file and --url where the system answers. With --environment
    a worker of the registry carries it out and keeps the evidence, for the gate to see. Every
    failure comes with the place in the contract and a curl command.

    Exit status: 0 passed, 1 failures, 2 usage, unreadable input or refused by a safety rule,
    3 inconclusive, 4 target or registry not reachable.
    """
    progress = _Progress(quiet=quiet)
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
    contract: str, shape: str, output: Path | None, progress: _Progress, given: dict[str, Any]
) -> int:
    from registry.cli.conformance_remote import run_there

    if given["secret"]:
        raise click.UsageError("the environment's endpoint names its credential (estate: auth)")
    options = {**given, "headers": _headers(given["headers"])}
    asked = (given["environment"], given["registry"], given["token"])
    status = run_there(contract, *asked, shape, output, progress.say, options)
    progress.done()
    return status


def _run_here(contract: Path, url: str, progress: _Progress, options: Mapping[str, Any]) -> Run:
    from contracts.documents import bundle, load

    document = bundle(load(contract), strict=True)
    must_be_openapi(document.data, contract)
    suite = _suite(contract, options)
    production = bool(options["production"])
    safety = Safety("production" if production else "local", production)
    return _in_background(suite, document, url, safety, threading.Event(), progress)


def _in_background(
    suite: Suite,
    document: Any,
    url: str,
    safety: Safety,
    cancel: threading.Event,
    progress: _Progress,
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


def _suite(contract: Path, options: Mapping[str, Any]) -> Suite:
    sidecar = _sidecar(contract)
    suite = _named_suite(contract, sidecar, options["suite_name"])
    auth = None
    if options["secret"]:
        auth = Auth(options["auth"], options["secret"], options["auth_name"])
    methods = listed(options["methods"])
    return suite.with_changes(
        states=sidecar.states if sidecar is not None and not suite.states else None,
        phases=listed(options["phases"]),
        checks=listed(options["checks"]),
        max_examples=options["max_examples"],
        seed=options["seed"],
        methods=tuple(m.upper() for m in methods) if methods else None,
        excluded_operations=(*suite.excluded_operations, *options["exclude"]),
        headers={**suite.headers, **_headers(options["headers"])},
        auth=auth,
        rate_limit=options["rate"],
        time_budget=options["time_budget"],
    )


def _sidecar(contract: Path) -> Sidecar | None:
    """The sidecar beside a document, if there is one."""
    path = contract.parent / "contract.yaml"
    if not path.exists():
        return None
    from contracts.documents import load
    from contracts.governance.sidecar import load_sidecar

    return load_sidecar(load(path))


def _named_suite(contract: Path, sidecar: Sidecar | None, name: str | None) -> Suite:
    if name is None:
        return Suite()
    path = Path(name)
    if path.suffix in {".yaml", ".yml", ".json"}:
        from contracts.documents import load

        data = load(path).data
        if not isinstance(data, dict):
            raise SuiteInvalid("A suite file holds one mapping", source=name)
        return Suite.from_mapping(data)
    declared = sidecar.conformance.suites if sidecar is not None else ()
    for item in declared:
        if item.name == name:
            return Suite.from_mapping(item.settings())
    known = ", ".join(item.name for item in declared) or "none"
    raise SuiteInvalid(f"The sidecar of {contract} declares no suite {name!r}; it has: {known}")


def _headers(given: tuple[str, ...]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise SuiteInvalid(f"--header {line!r} has no colon; give 'Name: value'")
        headers[name.strip()] = value.strip()
    return headers


def write(found: Run, shape: str, output: Path | None) -> None:
    """Print the report, or put it into a file."""
    text = render(found, shape)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{found.outcome.value}; written to {output}", err=True)


def listed(text: str | None) -> tuple[str, ...] | None:
    """The parts of a comma-separated option."""
    if text is None:
        return None
    return tuple(part.strip() for part in text.split(",") if part.strip())


class _Progress:
    """What is going on, on stderr: one line that is rewritten on a terminal, else few lines."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._causes = 0

    def __call__(self, progress: Progress) -> None:
        """Show one event."""
        if self._quiet:
            return
        data = progress.data
        if progress.kind == "failure":
            self._causes += 1
            failure = data["failure"]
            self._say(f"{failure['severity']}: {failure['title']}: {failure['operation']}", True)
        elif progress.kind == "operation":
            causes = f", {self._causes} causes of failure" if self._causes else ""
            self._say(
                f"{data['phase']}: {data['operation']} ({data['requests']} requests{causes})", False
            )
        elif progress.kind == "started":
            self._say(f"{data['operations']} operations, seed {data['seed']}", True)

    def done(self) -> None:
        """Leave the terminal clean."""
        if self._live and not self._quiet:
            click.echo("\r\x1b[K", err=True, nl=False)

    def say(self, text: str, lasting: bool) -> None:
        """One sentence, unless it is to be quiet."""
        if not self._quiet:
            self._say(text, lasting)

    def _say(self, text: str, lasting: bool) -> None:
        from contracts.reports.hostile import one_line

        line = f"{time.monotonic() - self._started:6.1f} s  {one_line(text)}"
        if self._live:
            click.echo(f"\r\x1b[K{line[:118]}", err=True, nl=lasting)
        elif lasting:
            click.echo(line, err=True)
