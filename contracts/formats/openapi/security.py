"""Who may call: security schemes and the alternatives that an operation accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.formats.contract import Element
from contracts.formats.node import Node, Source
from contracts.lean_dataclasses import dataclass
from contracts.verdict import Json

Alternative = Mapping[str, tuple[str, frozenset[str]]]
"""Identity of each scheme needed together → (its name in the document, its scopes)."""

FLOWS = ("implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization")

SECOND_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
"""Names of flows in Swagger 2.0 that have others since OpenAPI 3.0."""


def schemes(source: Source) -> Iterator[tuple[str, Node]]:
    """The named security schemes of the document."""
    root = source.root()
    if source.second:
        node = root.at("securityDefinitions")
    else:
        components = root.at("components")
        node = components.at("securitySchemes") if components else None
    yield from source.objects(node, "security scheme")


def identities(source: Source) -> dict[str, str]:
    """Scheme name → what makes it the same scheme in another version, whatever its name.

    Where several would be the same, each has its name at the end.
    """
    named = {name: _identity(node) for name, node in schemes(source)}
    same: dict[str, int] = {}
    for identity in named.values():
        same[identity] = same.get(identity, 0) + 1
    return {
        name: identity if same[identity] == 1 else f"{identity} {name}"
        for name, identity in named.items()
    }


def _identity(scheme: Node) -> str:
    kind = scheme.text("type") or "?"
    if kind == "basic":  # Swagger 2.0
        return "http basic"
    way = (scheme.text("scheme") or "?").lower() if kind == "http" else ""
    if kind in {"oauth2", "openIdConnect"} or way == "bearer":
        return "http bearer"  # RFC 6750: the request is the same, however the token was got
    if kind == "http":
        return f"http {way}"
    if kind == "apiKey":
        where, name = scheme.text("in") or "?", scheme.text("name") or "?"
        return f"apiKey {where} {name.lower() if where == 'header' else name}"
    return kind


@dataclass(frozen=True, slots=True)
class Known:
    """The named schemes: what each is, and where it stands."""

    identities: Mapping[str, str]
    pointers: Mapping[str, str]

    @classmethod
    def of(cls, source: Source) -> Known:
        """Those of a document."""
        pointers = {name: node.pointer for name, node in schemes(source)}
        return cls(identities(source), pointers)


UNNAMED = Known({}, {})
"""What a caller's own server asks for is not told."""


def scheme_elements(source: Source) -> Iterator[Element]:
    """One element per security scheme."""
    named = identities(source)
    for name, node in schemes(source):
        yield Element(
            kind="security-scheme",
            key=named[name],
            label=f"security scheme {name}",
            document=node.document,
            pointer=node.pointer,
            facts={
                "name": name,
                "type": node.text("type"),
                "scopes": _scopes(source, node),
                "addresses": _addresses(source, node),
            },
        )


def _addresses(source: Source, scheme: Node) -> dict[str, str]:
    """Where clients turn to for tokens: what it is for → URL."""
    whole = scheme.text("openIdConnectUrl")
    found = {"openIdConnectUrl": whole} if whole else {}
    flows = {"": scheme.value} if source.second else scheme.get("flows")
    for flow, stated in flows.items() if isinstance(flows, dict) else ():
        for name in ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"):
            if isinstance(stated, dict) and isinstance(stated.get(name), str):
                flow_name = SECOND_FLOWS.get(scheme.text("flow") or "", scheme.text("flow") or flow)
                found[f"{name} of flow {flow_name}"] = stated[name]
    return found


def _scopes(source: Source, scheme: Node) -> dict[str, frozenset[str]]:
    if source.second:
        scopes = scheme.get("scopes")
        flow = SECOND_FLOWS.get(scheme.text("flow") or "", scheme.text("flow"))
        return {flow: frozenset(scopes)} if flow and isinstance(scopes, dict) else {}
    flows = scheme.get("flows")
    if not isinstance(flows, dict):
        return {}
    return {
        name: frozenset(scopes if isinstance(scopes := flow.get("scopes"), dict) else ())
        for name, flow in flows.items()
        if name in FLOWS and isinstance(flow, dict)
    }


def alternatives(
    source: Source, operation: Node, known: Mapping[str, str]
) -> tuple[tuple[Alternative, ...], str]:
    """What an operation accepts (own or inherited), and the pointer where that is said.

    No requirement at all is one alternative that needs nothing.
    """
    own = operation.at("security")
    node = own if own is not None else source.root().at("security")
    if node is None:
        return ({},), operation.pointer
    found = [
        _alternative(requirement.value, known)
        for requirement in source.items(node, "security")
        if isinstance(requirement.value, dict)
    ]
    return tuple(found) or ({},), node.pointer


def _alternative(requirement: Mapping[str, Json], known: Mapping[str, str]) -> Alternative:
    return {
        known.get(name, name): (
            name,
            frozenset(scope for scope in scopes if isinstance(scope, str))
            if isinstance(scopes, list)
            else frozenset(),
        )
        for name, scopes in requirement.items()
    }
