"""Text from documents nobody vouches for, made harmless for the medium that shows it."""

from __future__ import annotations

import re

from contracts.late_patterns import late

_CONTROL = late(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_BLANK = late(r"[\s]+")
_MENTION = late(r"([@#!%])(?=[\w\"#])")
_BLOCK = late(r"^(\d*)([-+=#.)])")
_SPAN = late("(?<!`)`([^`]+)`(?!`)")
_MARKDOWN = late(r"([\\`*_{}\[\]<>|~&$])")


def visible(text: str) -> str:
    """Control characters, direction overrides and lone surrogates as visible ``\\xNN``/``\\uNNNN``.

    Newlines and tabs stay. What is left is legal in XML 1.0 and inert in a terminal.
    """
    if text.replace("\n", " ").replace("\t", " ").isprintable():
        return text
    return _CONTROL.sub(_shown, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """:func:`visible` with every run of white space, newlines included, as one space."""
    return _BLANK.sub(" ", visible(text)).strip()


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def markdown(text: str) -> str:
    """One line of prose for GitHub or GitLab: no markup, link, mention or reference comes alive."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text))
    escaped = escaped.replace("://", r"\:\/\/").replace("www.", r"www\.")
    escaped = _MENTION.sub("\\1\u200b", escaped)
    return _BLOCK.sub(r"\1\\\2", escaped)  # no heading, list or rule at the start of a line


def prose(text: str) -> str:
    """:func:`markdown`, except that what stands between back-ticks becomes a code span."""
    shown = []
    for index, part in enumerate(_SPAN.split(one_line(text))):
        if index % 2:
            shown.append(code_span(part))
        else:
            inner = part.strip()
            before, _, after = part.partition(inner) if inner else (part, "", "")
            shown.append(f"{before}{markdown(inner)}{after}")
    return "".join(shown)


def html_in_markdown(text: str) -> str:
    """One line of text for an HTML element inside Markdown."""
    from html import escape

    return escape(_MENTION.sub("\\1\u200b", one_line(text)))


def code_span(text: str) -> str:
    """Text as a Markdown code span, whatever back-ticks it holds."""
    shown = one_line(text)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def code_block(text: str, language: str = "") -> str:
    """Text as a fenced Markdown block, with a fence longer than any inside."""
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
