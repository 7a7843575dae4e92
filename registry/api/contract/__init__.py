"""The API as a contract of the registry itself: its sidecar, and the document as published.

``python -m registry.api.contract`` writes the document anew after a change of the routes; the
change needs a new :data:`registry.api.document.VERSION` once the old one is released.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
SIDECAR = FOLDER / "contract.yaml"
