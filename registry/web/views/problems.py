"""Pages for what goes wrong: each says what happened and where to go next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from contracts.errors import ContractError
from registry.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PolicyDenied,
    RegistryError,
    Unauthenticated,
    Unavailable,
)
from registry.web.blueprint import web
from registry.web.context import principal
from registry.web.headers import secure
from registry.web.views.sign_in import sign_in_page


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Status, heading and the way on."""

    status: int
    title: str
    advice: str


PAGES: dict[type[Exception], ProblemPage] = {
    NotFound: ProblemPage(404, "Not found", "Look it up in the catalog, or check the spelling."),
    Forbidden: ProblemPage(403, "Not allowed", "Ask an administrator for a token with that role."),
    PolicyDenied: ProblemPage(409, "Refused", "The reasons say what would have to change."),
    Conflict: ProblemPage(409, "Conflict", "Look at what is stored now, then try again."),
    Invalid: ProblemPage(400, "That cannot be used", "Go back and mend the named field."),
    Unavailable: ProblemPage(503, "Not available", "Try again in a moment."),
    RegistryError: ProblemPage(400, "That did not work", "Go back and try again."),
    ContractError: ProblemPage(422, "The document cannot be used", "Mend the named place."),
}
HTTP = {
    404: ProblemPage(404, "Not found", "Look it up in the catalog, or check the address."),
    405: ProblemPage(405, "Not that way", "This address is not made for that; go back."),
    413: ProblemPage(413, "Too large", "Send a smaller document; split it with references."),
    400: ProblemPage(400, "Not understood", "Go back, reload the page and try again."),
}


@web.app_errorhandler(404)
def unknown_address(error: HTTPException) -> ResponseReturnValue:
    """An address that leads nowhere; only pages of this blueprint answer in HTML elsewhere."""
    if request.path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
        return error.get_response()
    return secure(make_response(_page(HTTP[404], f"There is no page at {request.path[:200]}.")))


@web.app_errorhandler(405)
def wrong_method(error: HTTPException) -> ResponseReturnValue:
    """An address that is not made for that, said in HTML to those who came from a page."""
    if request.path.startswith("/api/"):
        return error.get_response()
    return secure(make_response(_page(HTTP[405], "That cannot be done at this address.")))


@web.errorhandler(Unauthenticated)
def unauthenticated(error: Unauthenticated) -> ResponseReturnValue:
    """The sign-in form, which leads back here."""
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return sign_in_page(here, wanted=_sentence(str(error))), 401


@web.errorhandler(RegistryError)
@web.errorhandler(ContractError)
def refused(error: Exception) -> ResponseReturnValue:
    """Everything the registry or the engine refuses."""
    page = next(PAGES[cls] for cls in type(error).__mro__ if cls in PAGES)
    reasons = error.reasons if isinstance(error, PolicyDenied) else ()
    return _page(page, _sentence(str(error)), reasons)


@web.errorhandler(HTTPException)
def http(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses."""
    status = error.code or 500
    page = HTTP.get(status) or ProblemPage(status, error.name, "Go back and try again.")
    return _page(page, error.description or "")


@web.errorhandler(Exception)
def broken(error: Exception) -> ResponseReturnValue:
    """A fault of Interlock itself: logged under a reference that the page shows."""
    reference = secrets.token_hex(4)
    current_app.logger.error("fault %s on %s", reference, request.path, exc_info=error)
    page = ProblemPage(
        500, "Something is broken on our side", "Try again; nothing was half stored."
    )
    return _page(page, f"The log of the server tells more under the reference {reference}.")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _page(page: ProblemPage, detail: str, reasons: tuple[str, ...] = ()) -> ResponseReturnValue:
    body = render_template(
        "errors/problem.html", page=page, detail=detail, reasons=reasons, known=principal().known
    )
    return body, page.status, {"Retry-After": "5"} if page.status == 503 else {}
