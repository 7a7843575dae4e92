"""Log lines: one event each, readable by people and machines, without secrets."""

from __future__ import annotations

import json

import pytest

from registry.logs import as_json, as_line, redact

EVENT = {"event": "request", "timestamp": "T", "level": "info", "path": '/a b"c\nd', "ms": 1.5}


def test_a_line_for_people() -> None:
    assert as_line(None, "", dict(EVENT)) == 'T info request path="/a b\\"c\\nd" ms=1.5'
    assert as_line(None, "", {"event": "fault", "exception": "Trace"}) == "  fault\nTrace"


def test_an_object_for_machines() -> None:
    assert json.loads(as_json(None, "", dict(EVENT))) == EVENT


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"password": "hunter2"}, "[redacted]"),
        ({"oidc_client_secret": "x"}, "[redacted]"),
        ({"Authorization": "Bearer x"}, "[redacted]"),
        ({"path": "/sign-in?token=ilk_abcdefghijk"}, "/sign-in?token=ilk_[redacted]"),
        ({"path": "/tokens"}, "/tokens"),
        ({"error": "no postgresql://u:p@db/x, or a@b"}, "no postgresql://[redacted]@db/x, or a@b"),
    ],
)
def test_credentials_are_taken_out(given: dict[str, str], written: str) -> None:
    assert list(redact(None, "", dict(given)).values()) == [written]
