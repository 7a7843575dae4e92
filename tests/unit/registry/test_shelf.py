"""Documents at hand: no more than fit, none longer than stated."""

from __future__ import annotations

import pytest

from registry import shelf
from registry.domain.document import PublishedDocument
from registry.shelf import DocumentShelf


def document(name: str, size: int = 10) -> PublishedDocument:
    return PublishedDocument(name, "1.0.0", "0" * 64, "api.json", b"x" * size)


def test_the_least_used_make_room() -> None:
    found = DocumentShelf(100)
    for number in range(10):
        found.put(document(str(number)))
    found.find("0", "1.0.0")
    found.put(document("new"))
    assert found.find("1", "1.0.0") is None
    assert all(found.find(name, "1.0.0") for name in ("0", "2", "new"))
    found.put(document("new"))
    assert found.find("2", "1.0.0"), "the same again takes no more room"


@pytest.mark.parametrize("most", [0, 100])
def test_a_giant_is_not_kept(most: int) -> None:
    found = DocumentShelf(most)
    found.put(document("giant", most // 8 + 1))
    assert found.find("giant", "1.0.0") is None


def test_none_is_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: now[0])
    found = DocumentShelf(100, seconds=60)
    found.put(document("a"))
    now[0] = 59.9
    assert found.find("a", "1.0.0")
    now[0] = 60.0
    assert found.find("a", "1.0.0") is None
    assert found.find("a", "1.0.0") is None
