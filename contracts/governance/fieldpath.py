"""Names of fields inside a payload: ``lines[].price.amount``."""

from __future__ import annotations

from contracts.lean_dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A field of a payload; naming a field names all that is beneath it. Empty: all."""

    segments: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> FieldPath:
        """Read ``lines[].lineNumber``, ``*`` (everything) or the pointer ``/lines/0/lineNumber``.

        Raises:
            ValueError: empty names, or brackets that are not ``[]``.
        """
        if text.startswith("/"):
            return cls.of_pointer(text)
        segments: list[str] = []
        for part in text.split(".") if text not in {"", ANY} else ():
            name, depth = part, 0
            while name.endswith("[]"):
                name, depth = name[:-2], depth + 1
            if not name or "[" in name or "]" in name:
                message = f"{text!r} is not a field path; write for example lines[].lineNumber"
                raise ValueError(message)
            segments += [name] + [ANY] * depth
        return cls(tuple(segments))

    @classmethod
    def of_text(cls, text: str) -> FieldPath | None:
        """Like :meth:`parse`; None where the text is not a field path."""
        try:
            return cls.parse(text)
        except ValueError:
            return None

    @classmethod
    def of_pointer(cls, pointer: str) -> FieldPath:
        """The field that a JSON pointer into a payload stands at; array indexes become any."""
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        return cls(tuple(ANY if step.isdigit() or step == "-" else step for step in steps))

    def overlaps(self, other: FieldPath) -> bool:
        """Whether one names the other or something inside it."""
        return all(
            mine == theirs or ANY in {mine, theirs}
            for mine, theirs in zip(self.segments, other.segments, strict=False)
        )

    def __str__(self) -> str:
        text = ""
        for segment in self.segments:
            text += "[]" if segment == ANY and text else ("." if text else "") + segment
        return text or ANY
