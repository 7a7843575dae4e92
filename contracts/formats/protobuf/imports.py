"""Definitions that a ``.proto`` file imports from files beside it.

A path in an import starts at the root of the source tree: the folder of the file, or, where the
file lies in folders that spell its package (``a/b/orders.proto`` in package ``a.b``), their parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from contracts.documents import Document, load, pointer
from contracts.errors import DocumentUnreadable
from contracts.formats.protobuf.features import of_enum, of_message
from contracts.formats.protobuf.types import map_of, resolve
from contracts.verdict import Json

MOST_FILES = 500


def with_imports(document: Document) -> Document:
    """The document with what it uses of imported files, each where it stands.

    Raises:
        DocumentUnreadable: an imported file that is there cannot be read.
    """
    if not document.path or not document.data["imports"]:
        return document
    return importing(document, _files(document))


def importing(document: Document, files: Iterable[Document]) -> Document:
    """The document with what it uses of the files that it imports, each where it stands."""
    own: dict[str, Json] = document.data
    package = own["package"]
    data: dict[str, Json] = {**own, "messages": {**own["messages"]}, "enums": {**own["enums"]}}
    data["foreign"] = {}
    origins: dict[str, tuple[Document, str]] = {}
    for file in files:
        prefix = f"{file.data['package']}." if file.data["package"] else ""
        for kind in ("messages", "enums"):
            for name, value in file.data[kind].items():
                full = prefix + name
                key = full.removeprefix(f"{package}.") if package else full
                if key in data[kind]:
                    continue
                settled = (of_message if kind == "messages" else of_enum)(file.data, name)
                data[kind][key] = {**value, "settled": list(settled), "imported": True}
                if key == full:
                    data["foreign"][key] = True
                origins[pointer.join(f"/{kind}", key)] = (file, pointer.join(f"/{kind}", name))
    _keep_used(data)
    return document.amended(data, {at: origin for at, origin in origins.items() if _at(data, at)})


def _at(data: dict[str, Json], at: str) -> bool:
    kind, name = pointer.split(at)
    return name in data[kind]


def _files(document: Document) -> Iterator[Document]:
    """Every file that is imported, directly or by an imported one; those that exist."""
    assert document.path is not None
    folder = Path(document.path).resolve().parent
    roots = [folder]
    package = tuple(document.data["package"].split("."))
    if package != ("",) and folder.parts[-len(package) :] == package:
        roots.append(folder.parents[len(package) - 1])
    waiting = list(document.data["imports"])
    seen: set[str] = set()
    for name in waiting:  # grows while it is read
        if name in seen or len(seen) >= MOST_FILES:
            continue
        seen.add(name)
        found = _find(name, roots)
        if found is not None:
            yield found
            waiting += found.data["imports"]


def _find(name: str, roots: list[Path]) -> Document | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.suffix != ".proto":
        return None
    for root in roots:
        file = (root / path).resolve()
        if file.is_relative_to(root) and file.is_file():
            try:
                return load(file)
            except OSError as error:
                raise DocumentUnreadable(str(error), source=str(file)) from None
    return None


def _keep_used(data: dict[str, Json]) -> None:
    """Drop imported definitions that nothing of the file's own refers to."""
    used: set[str] = set()
    waiting = [name for name, m in data["messages"].items() if not m.get("imported")]
    for service in data["services"].values():
        for rpc in service["rpcs"].values():
            waiting += [resolve(data, "", rpc[side]) for side in ("request", "response")]
    for block in data.get("extensions", {}).values():
        waiting.append(resolve(data, block["scope"], block["extends"]))
        waiting += _types(data, block["scope"], block)
    for name in waiting:  # grows while it is read
        if name in used:
            continue
        used.add(name)
        waiting += _types(data, name, data["messages"].get(name, {"fields": {}}))
    for kind in ("messages", "enums"):
        data[kind] = {
            name: value
            for name, value in data[kind].items()
            if name in used or not value.get("imported")
        }
    data["foreign"] = {name: True for name in data["foreign"] if name in used}


def _types(data: dict[str, Json], scope: str, holder: Json) -> Iterator[str]:
    """What the fields of a message or extension are of."""
    for field in holder["fields"].values():
        kind = resolve(data, scope, field["type"])
        parts = map_of(kind)
        yield parts.value if parts else kind
