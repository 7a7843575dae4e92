"""The suite that a command asks for: the sidecar's, a file's, or the options alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.plan import Auth, Safety, Suite, SuiteInvalid, Tls
from conformance.plan.promises import promises

if TYPE_CHECKING:
    from contracts.governance.sidecar import Sidecar


def listed(text: str | None) -> tuple[str, ...] | None:
    """The parts of a comma-separated option."""
    if text is None:
        return None
    return tuple(part.strip() for part in text.split(",") if part.strip())


def referred(given: str | None) -> str | None:
    """A file as a reference; what is one already stays."""
    if given is None or given.startswith(("env:", "file:")):
        return given
    return f"file:{Path(given).resolve()}"


def suite_of(contract: Path, options: Mapping[str, Any]) -> Suite:
    """The suite for a document and the options of the command.

    Raises:
        SuiteInvalid: no such suite, or an impossible value.
    """
    sidecar = _sidecar(contract)
    suite = _named_suite(contract, sidecar, options["suite_name"])
    methods = listed(options["methods"])
    return suite.with_changes(
        **_promises(sidecar, suite),
        phases=listed(options["phases"]),
        checks=listed(options["checks"]),
        max_examples=options["max_examples"],
        seed=options["seed"],
        methods=tuple(m.upper() for m in methods) if methods else None,
        excluded_operations=(*suite.excluded_operations, *options["exclude"]),
        headers={**suite.headers, **headers_of(options["headers"])},
        auth=_auth(options),
        tls=_tls(options),
        workers=options["workers"],
        rate_limit=options["rate"],
        time_budget=options["time_budget"],
        request_timeout=options["request_timeout"],
    )


def _promises(sidecar: Sidecar | None, suite: Suite) -> dict[str, Any]:
    """What the sidecar promises and the suite does not say itself."""
    if sidecar is None:
        return {}
    said = Suite.from_mapping(promises(sidecar))
    return {
        name: getattr(suite, name) or getattr(said, name)
        for name in ("states", "latency_p95", "availability", "identifiers", "cleanup")
    }


def _auth(options: Mapping[str, Any]) -> Auth | None:
    if not options["secret"]:
        return None
    return Auth(
        options["auth"] or ("oauth2" if options["token_url"] else "bearer"),
        options["secret"],
        options["auth_name"],
        options["token_url"],
        options["scope"],
        options["audience"],
        options["client_auth"],
    )


def _tls(options: Mapping[str, Any]) -> Tls | None:
    references = [referred(options[name]) for name in ("cert", "key", "ca")]
    return Tls(*references) if any(references) else None


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


def safety_of(options: Mapping[str, Any]) -> Safety:
    """The rules a local run keeps: an environment's of an estate, production's, or none.

    Raises:
        SuiteInvalid: the file has no such environment.
    """
    named = options["safety"]
    if named is None:
        production = bool(options["production"])
        return Safety("production" if production else "local", production)
    from contracts.documents import load
    from contracts.governance.estate import load_estate

    path, _, environment = named.rpartition("#")
    estate = load_estate(load(Path(path or named)))
    for found in estate.environments:
        if found.id == environment:
            return Safety.from_environment(found)
    known = ", ".join(e.id for e in estate.environments) or "none"
    raise SuiteInvalid(f"--safety {named}: give FILE#ENVIRONMENT; the file has {known}")


def headers_of(given: tuple[str, ...]) -> dict[str, str]:
    """Header lines as a mapping.

    Raises:
        SuiteInvalid: a line has no colon.
    """
    headers: dict[str, str] = {}
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise SuiteInvalid(f"--header {line!r} has no colon; give 'Name: value'")
        headers[name.strip()] = value.strip()
    return headers
