"""Descriptions as people wrote them: paragraphs, lists and code words of CommonMark, no more."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

CODE = re.compile(r"`([^`\n]{1,200})`")
PARAGRAPH = re.compile(r"\n[ \t]*\n")
MOST = 4000


def prose(text: str) -> Markup:
    """``text`` as escaped paragraphs; line breaks inside one are spaces, as in CommonMark §4.8."""
    cut = text[:MOST] + (" …" if len(text) > MOST else "")
    blocks = [_block(part) for part in PARAGRAPH.split(cut.strip()) if part.strip()]
    return Markup("\n").join(blocks)


def _block(part: str) -> Markup:
    lines = [line.strip() for line in part.strip().splitlines()]
    if all(line.startswith(("- ", "* ")) for line in lines):
        items = Markup("").join(Markup("<li>{}</li>").format(inline(line[2:])) for line in lines)
        return Markup("<ul>{}</ul>").format(items)
    return Markup("<p>{}</p>").format(inline(" ".join(lines).lstrip("# ")))


def inline(text: str) -> Markup:
    """``text`` escaped, with words in backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before
