import json
from pathlib import Path

import pytest

from contracts import compare
from contracts.documents import Resolver, bundle, from_data, load, pointer
from contracts.errors import ContractError, ReferenceUnresolved

FILES = {
    "api/main.yaml": """\
openapi: 3.1.0
paths:
  /orders:
    $ref: paths/orders.yaml
  /items~x%y:
    get: {}
components:
  schemas:
    Order: {$ref: "../types.json#/$defs/Order"}
    Own: {$ref: "main.yaml#/components/schemas/Anchored"}
    Anchored: {$anchor: here, type: string}
    Loop: {$ref: "#/components/schemas/Pool"}
    Pool: {$ref: "#/components/schemas/Loop"}
    Sample: {example: {$ref: nowhere.yaml}}
""",
    "api/paths/orders.yaml": """\
get:
  responses:
    200: {$ref: "#/x-local"}
    404: {$ref: "../main.yaml#/components/schemas/Order"}
x-local:
  description: found
""",
    "types.json": """\
{"$id": "https://example.com/types.json", "$defs": {
  "Order": {"properties": {"lines": {"items": {"$ref": "#/$defs/Line"}}}},
  "Line": {"properties": {"order": {"$ref": "#/$defs/Order"}}}
}}""",
    "secret.yaml": "a: 1\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "estate" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "outside.yaml").write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "estate" / "api" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    return tmp_path / "estate"


@pytest.mark.parametrize(
    ("ref", "file", "where"),
    [
        ("#/paths/~1orders", "main.yaml", "/paths/~1orders"),
        ("#/paths/~1items~0x%25y/get", "main.yaml", "/paths/~1items~0x%y/get"),
        ("#/paths/%2F~1orders".replace("%2F", ""), "main.yaml", "/paths/~1orders"),
        ("#here", "main.yaml", "/components/schemas/Anchored"),
        ("#", "main.yaml", ""),
        ("", "main.yaml", ""),
        ("main.yaml#/paths", "main.yaml", "/paths"),
        ("./paths/../main.yaml#/paths", "main.yaml", "/paths"),
        ("paths/orders.yaml", "orders.yaml", ""),
        ("paths%2Forders.yaml#/x-local", "orders.yaml", "/x-local"),
        ("../types.json#/%24defs/Order", "types.json", "/$defs/Order"),
    ],
)
def test_a_reference_leads_to(root: Path, ref: str, file: str, where: str) -> None:
    document, at = Resolver(load(root / "api/main.yaml"), root).resolve(ref)
    assert (Path(document.name).name, at) == (file, where)


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("#/components/schemas/Missing", "points to nothing"),
        ("#nowhere", "names no $anchor"),
        ("missing.yaml", "no such file"),
        ("paths", "directory"),
        ("https://example.com/a.yaml#/x", "nothing is fetched"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("//host/share/a.yaml", "nothing is fetched"),
        ("/etc/passwd", "leads out of the directory"),
        ("../../outside.yaml", "leads out of the directory"),
        ("link.yaml", "leads out of the directory"),
        ("%2e%2e/%2e%2e/outside.yaml", "leads out of the directory"),
        ("a\x00b.yaml", "not a usable path"),
    ],
)
def test_a_reference_is_refused(root: Path, ref: str, says: str) -> None:
    resolver = Resolver(load(root / "api/main.yaml"), root)
    with pytest.raises(ReferenceUnresolved, match=says.replace("$", r"\$")) as caught:
        resolver.resolve(ref, "/components/schemas/Order")
    assert caught.value.line == 9
    assert ref in caught.value.message or "\\x00" in caught.value.message


def test_without_a_root_only_the_directory_of_the_file_is_open(root: Path) -> None:
    resolver = Resolver(load(root / "api/main.yaml"))
    assert resolver.resolve("paths/orders.yaml")[1] == ""
    with pytest.raises(ReferenceUnresolved, match="leads out of the directory"):
        resolver.resolve("../types.json")


def test_a_document_without_a_file_refers_to_no_file() -> None:
    with pytest.raises(ReferenceUnresolved, match="was not read from one"):
        Resolver(load(b"a: {$ref: b.yaml}")).resolve("b.yaml", "/a")


def test_references_are_relative_to_the_file_that_holds_them(root: Path) -> None:
    resolver = Resolver(load(root / "api/main.yaml"), root)
    orders, _ = resolver.resolve("paths/orders.yaml")
    assert resolver.resolve("../main.yaml#/paths", within=orders)[0] is resolver.document


def test_a_chain_is_followed_to_its_end(root: Path) -> None:
    resolver = Resolver(load(root / "api/main.yaml"), root)
    document, at = resolver.follow("/components/schemas/Order")
    assert (Path(document.name).name, at) == ("types.json", "/$defs/Order")
    with pytest.raises(ReferenceUnresolved, match="leads back to itself"):
        resolver.follow("/components/schemas/Loop")


def test_an_absolute_id_is_found_in_the_document() -> None:
    data = {"$defs": {"a": {"$id": "https://example.com/a", "type": "string", "x": {"y": 1}}}}
    resolver = Resolver(from_data(data))
    assert resolver.resolve("https://example.com/a#/x/y")[1] == "/$defs/a/x/y"


def test_a_bundle_needs_no_file_and_remembers_them(root: Path) -> None:
    bundled = bundle(load(root / "api/main.yaml"), root)
    alone = Resolver(from_data(bundled.data))

    orders = alone.follow("/paths/~1orders")[1]
    assert orders == "/x-interlock/paths~1orders.yaml"
    assert alone.follow(f"{orders}/get/responses/200")[1] == f"{orders}/x-local"
    order = alone.follow(f"{orders}/get/responses/404")[1]
    assert order == alone.follow("/components/schemas/Order")[1]
    assert order == "/x-interlock/..~1types.json/$defs/Order"
    line = alone.follow(f"{order}/properties/lines/items")[1]
    assert alone.follow(f"{line}/properties/order")[1] == order
    assert alone.follow("/components/schemas/Own")[1] == "/components/schemas/Anchored"

    place = bundled.place(f"{orders}/x-local/description")
    assert (Path(place.source or "").name, place.line, place.value) == ("orders.yaml", 6, "found")
    assert place.pointer == "/x-local/description"
    assert bundled.place("/components/schemas/Order").line == 9


def test_bundling_leaves_the_original_alone(root: Path) -> None:
    document = load(root / "api/main.yaml")
    bundle(document, root)
    assert document.data == load(root / "api/main.yaml").data


def test_a_bundle_keeps_what_it_may_not_reach(root: Path) -> None:
    (root / "net.yaml").write_text("a: {$ref: 'https://example.com/x'}\n", encoding="utf-8")
    document = load(root / "net.yaml")
    assert bundle(document, root).data == document.data
    with pytest.raises(ReferenceUnresolved, match="nothing is fetched"):
        bundle(document, root, strict=True)


def test_a_self_contained_document_is_its_own_bundle() -> None:
    document = load(b'{"a": {"$ref": "#/b"}, "b": 1}')
    assert bundle(document) is document


@pytest.mark.parametrize(
    ("tokens", "text"),
    [((), ""), (("",), "/"), (("a/b", "c~d", 0), "/a~1b/c~0d/0"), (("~1",), "/~01")],
)
def test_pointers_join_and_split(tokens: tuple[str | int, ...], text: str) -> None:
    assert pointer.join("", *tokens) == text
    assert pointer.split(text) == tuple(map(str, tokens))


def test_a_pointer_begins_with_a_slash() -> None:
    with pytest.raises(ContractError, match="begin with '/'"):
        pointer.split("a/b")


@pytest.mark.parametrize("token", ["-1", "01", "+1", "1_0", "²", "1" * 5000, "-", "3", ""])
def test_an_index_is_digits_without_leading_zeros(token: str) -> None:
    with pytest.raises(LookupError):
        pointer.step([0, 1, 2], token)


def test_fragments_are_percent_encoded() -> None:
    assert pointer.to_fragment("/a b/%/ü") == "#/a%20b/%25/%C3%BC"
    assert pointer.from_fragment("/a%20b/%25/%C3%BC") == "/a b/%/ü"


def test_below() -> None:
    assert pointer.below("/a/b", "/a")
    assert pointer.below("/a", "/a")
    assert pointer.below("/a", "")
    assert not pointer.below("/ab", "/a")


BESIDE = {
    "order.json": {"$id": "https://example.com/schemas/order.json"},
    "line.json": {"type": "object"},
    "nested/price.json": {"type": "number"},
    "old/thing.schema.json": {"$id": "https://example.com/old/thing"},
    "old/part.schema.json": {"type": "string"},
    "nameless.json": {},
    "copy.json": {"$id": "https://elsewhere.example/things/copy.json", "type": "null"},
    "bare.json": {"id": "https://elsewhere.example/things/bare", "type": "null"},
    "other.json": {"$id": "https://elsewhere.example/other/other.json"},
}


@pytest.mark.parametrize(
    ("holder", "ref", "file"),
    [
        ("order.json", "https://example.com/schemas/line.json", "line.json"),
        ("order.json", "https://example.com/schemas/nested/price.json#/type", "nested/price.json"),
        ("order.json", "https://example.com/schemas/order.json#", "order.json"),
        ("order.json", "https://example.com/line.json", None),
        ("order.json", "http://example.com/schemas/line.json", None),
        ("order.json", "https://example.com/schemas/missing.json", None),
        ("order.json", "https://example.com/schemas/", None),
        ("old/thing.schema.json", "https://example.com/old/part", "old/part.schema.json"),
        ("nameless.json", "https://elsewhere.example/things/copy.json", "copy.json"),
        ("nameless.json", "https://elsewhere.example/things/bare#", "bare.json"),
        ("nameless.json", "https://elsewhere.example/things/other.json", None),
        ("nameless.json", "https://elsewhere.example/things/line.json", None),
    ],
)
def test_an_absolute_address_is_found_beside_the_document(
    tmp_path: Path, holder: str, ref: str, file: str | None
) -> None:
    for name, data in BESIDE.items():
        path = tmp_path / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "line.json").write_text("{}", encoding="utf-8")
    resolver = Resolver(load(tmp_path / "schemas" / holder), tmp_path)
    if file is None:
        with pytest.raises(ReferenceUnresolved, match="leads out of the local files"):
            resolver.resolve(ref)
    else:
        document, _ = resolver.resolve(ref)
        assert Path(document.path or "") == (tmp_path / "schemas" / file).resolve()


@pytest.mark.parametrize(
    ("keyword", "draft"),
    [
        ("id", "http://json-schema.org/draft-04/schema#"),
        ("$id", "https://json-schema.org/draft/2020-12/schema"),
    ],
)
def test_files_with_identifiers_inside_hold_together_in_a_bundle(
    tmp_path: Path, keyword: str, draft: str
) -> None:
    def written(folder: str, text: str, own: str) -> Path:
        directory = tmp_path / folder
        directory.mkdir()
        inner = {"properties": {"own": {"$ref": "#/definitions/part"}}}
        definitions = {
            "text": {"type": text},
            "part": {"type": "null"},
            "inner": {keyword: "inner", **inner, "definitions": {"part": {"type": own}}},
            "nested": {keyword: "nested", "allOf": [{"$ref": "library.json#/definitions/text"}]},
        }
        library = {"$schema": draft, keyword: "https://example.com/library.json"}
        main = {"$schema": draft, keyword: "https://example.com/main.json"}
        members = {n: {"$ref": f"library.json#/definitions/{n}"} for n in ("inner", "nested")}
        for name, data in (
            ("library.json", library | {"definitions": definitions}),
            ("main.json", main | {"properties": members}),
        ):
            (directory / name).write_text(json.dumps(data), encoding="utf-8")
        return directory / "main.json"

    old = written("old", "string", "integer")
    assert compare(old, written("same", "string", "integer"), mode="full").verdict == "compatible"
    assert compare(old, written("wide", "string", "number"), mode="full").verdict == "breaking"
    assert compare(old, written("wider", "string", "number")).verdict == "compatible"
    (broken,) = compare(old, written("other", "boolean", "number")).breaking
    assert broken.witness is not None
    assert broken.witness.value == {"nested": "text"}
