"""A declared objective, measured: kept, missed, or not enough samples to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from contracts.verdict import Json


@dataclass(frozen=True, slots=True)
class Objective:
    """``declared`` and ``measured`` as a reader wants them, with units; ``kept`` None: too few
    samples, ``needed`` says how many it takes."""

    name: str
    declared: str
    measured: str
    samples: int
    needed: int
    kept: bool | None
    operation: str = ""

    @property
    def sentence(self) -> str:
        """The objective in words."""
        of = f" of {self.operation}" if self.operation else ""
        if self.kept is None:
            return (
                f"{self.name}{of}: not enough, {self.samples} of {self.needed} answers "
                f"(so far {self.measured}, declared {self.declared})"
            )
        word = "kept" if self.kept else "missed"
        return (
            f"{self.name}{of}: {word}, {self.measured} over {self.samples} answers, "
            f"declared {self.declared}"
        )

    def to_json(self) -> dict[str, Json]:
        """A plain JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Objective:
        """The inverse of :meth:`to_json`."""
        return cls(**data)
