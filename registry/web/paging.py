"""One page of many: what is shown, and the addresses of its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for


@dataclass(frozen=True, slots=True)
class Page:
    """``first``–``last`` of ``total``, counted from 1."""

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None
    more: bool = False
    """More than ``total``, which nobody counted."""


def page_number() -> int:
    """The page the reader asks for; anything that is no page number is the first."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def page_of(number: int, per_page: int, total: int, *, more: bool = False) -> Page:
    """The page ``number`` of a list of ``total``."""
    pages = max(1, -(-total // per_page))
    first = (number - 1) * per_page + 1
    return Page(
        first=min(first, total),
        last=min(number * per_page, total),
        total=total,
        previous_url=_url(min(number - 1, pages)) if number > 1 else None,
        next_url=_url(number + 1) if number < pages else None,
        more=more,
    )


def _url(number: int) -> str:
    kept = {key: value for key, value in request.args.items() if value and key != "page"}
    if number > 1:
        kept["page"] = str(number)
    endpoint = request.endpoint or "web.home"
    values: dict[str, str] = {**(request.view_args or {}), **kept}
    return url_for(endpoint, **values)  # type: ignore[arg-type]
