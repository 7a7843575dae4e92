"""What the generator draws from does not depend on where Interlock stands."""

from __future__ import annotations

from hypothesis.internal import constants_ast
from hypothesis.internal.conjecture import providers

import conformance
from conformance.http.generate import LOCAL, forget_own_sources


def test_our_own_sources_are_no_source_of_data() -> None:
    ours = conformance.__file__ or ""
    before = getattr(providers, LOCAL)
    assert before is getattr(constants_ast, LOCAL)
    try:
        forget_own_sources()
        assert not getattr(providers, LOCAL)(ours)
    finally:
        setattr(providers, LOCAL, before)
