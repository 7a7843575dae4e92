"""Documents are answered in front of the framework, which would cost more than they do.

A build asks for the same releases again and again, mostly to hear that nothing changed. Whoever
asks must be known and allowed as ever. What is not plain (errors, HEAD, lists of entity tags) is
the framework's: its route asks the same use case.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry.api.routes import PREFIX
from registry.domain.document import PublishedDocument
from registry.errors import RegistryError
from registry.observing import seen
from registry.runtime import Runtime
from registry.security.requests import caller_of
from registry.services.get_document import get_document

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEAD, MIDDLE, TAIL = f"{PREFIX}/contracts/", "/versions/", "/document"
RULE = f"{HEAD}<name>{MIDDLE}<label>{TAIL}"


def headers_of(document: PublishedDocument) -> list[tuple[str, str]]:
    """What goes with the bytes; they come from strangers and are never a page of ours."""
    plain = "".join(c for c in document.filename if c.isascii() and (c.isalnum() or c in "._-"))
    return [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Disposition", f'inline; filename="{plain or "document"}"'),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
        ("ETag", f'"{document.sha256}"'),
    ]


class Documents:
    """WSGI application: plain reads of documents; everything else goes to ``app``."""

    def __init__(self, app: WSGIApplication, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        path: str = environ["PATH_INFO"]
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        if plain and path.endswith(TAIL) and path.startswith(HEAD):
            document = self._find(environ, path)
            wanted = environ.get("HTTP_IF_NONE_MATCH", "")
            if document is not None and (not wanted or wanted == f'"{document.sha256}"'):
                return _answered(document, start_response, unchanged=bool(wanted))
        return self._app(environ, start_response)

    def _find(self, environ: WSGIEnvironment, path: str) -> PublishedDocument | None:
        name, _, label = path[len(HEAD) : -len(TAIL)].partition(MIDDLE)
        given = self._runtime
        host, credential = (environ.get(key, "") for key in ("HTTP_HOST", "HTTP_AUTHORIZATION"))
        if not given.own_host(host) or "/" in name or "/" in label:
            return None
        try:
            caller = caller_of(credential, given)
            given = given.seen_by(caller)
            document = get_document(name, label, given.uow, caller, given.shelf)
        except RegistryError:
            return None  # the framework comes to the same and says it in full
        noted = seen(environ)
        noted.route, noted.caller = RULE, caller.name
        return document


def _answered(
    document: PublishedDocument, start_response: StartResponse, *, unchanged: bool
) -> Iterable[bytes]:
    headers = headers_of(document)
    if unchanged:
        start_response("304 NOT MODIFIED", headers[2:])
        return ()
    headers.append(("Content-Length", str(len(document.content))))
    start_response("200 OK", headers)
    return (document.content,)
