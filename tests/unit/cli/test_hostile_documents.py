"""``interlock diff`` on documents made to hurt, as a process with bounded memory and time.

Every one ends in seconds with an exit status that the help names, one sentence where the
document cannot be read, and never a traceback.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

DIALECT = '"$schema": "https://json-schema.org/draft/2020-12/schema"'
PLAIN = f'{{{DIALECT}, "type": "object", "properties": {{"a": {{"type": "string"}}}}}}'
MEMORY = 1_500 * 2**20
SECONDS = 30


def schema(keywords: str) -> bytes:
    return f"{{{DIALECT}, {keywords}}}".encode()


def chained(length: int) -> bytes:
    links = ",".join(f'"a{i}": {{"$ref": "#/$defs/a{i + 1}"}}' for i in range(length))
    return schema(f'"$ref": "#/$defs/a0", "$defs": {{{links}, "a{length}": {{}}}}')


def laughs(levels: int) -> bytes:
    lines = [b"a: &a [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        name, before = chr(97 + level), chr(96 + level)
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]".encode())
    return b"\n".join(lines)


UNREADABLE = {
    "nested objects": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested deeper"),
    "nested lists": (b"[" * 1_000_000, "nested deeper"),
    "nested yaml": (b"a: " + b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
    "nested allOf": (b'{"allOf": [' * 600 + b"true" + b"]}" * 600, "nested deeper"),
    "alias bomb": (laughs(20), "aliases expand"),
    "alias to itself": (b"a: &a [*a]", "a cycle"),
    "huge exponent": (schema('"maximum": 1e999999999'), "out of range"),
    "tiny exponent": (schema('"multipleOf": 1e-999999999'), "out of range"),
    "huge length": (schema('"maxLength": 1e999999999'), "out of range"),
    "many digits": (schema(f'"maximum": {"9" * 100_000}'), "100000 digits"),
    "not a number": (schema('"maximum": NaN'), "not valid JSON"),
    "no end": (b"$schema: x\nmaximum: .inf", "not a JSON number"),
    "NUL": (b'{"type": "str\0ing"}', "control character"),
    "NULs": (b"\0" * 1_000, "save it as UTF-8"),
    "not UTF-8": (b'{"title": "\xff\xfe\xfa"}', "not UTF-8"),
    "UTF-16": (PLAIN.encode("utf-16"), "save it as UTF-8"),
    "lone surrogate": (schema(r'"const": "\ud800"'), "surrogate"),
    "lone surrogate as name": (schema(r'"properties": {"\ud800": true}'), "surrogate"),
    "duplicate keys in yaml": (b"type: object\ntype: string\n", "already used on line 1"),
    "two documents": (b"a: 1\n---\nb: 2", "one document per file"),
    "code in yaml": (b'!!python/object/apply:os.system ["true"]', "no meaning in JSON"),
    "cut off": (PLAIN[:-3].encode(), "not valid JSON"),
    "more behind": (PLAIN.encode() + b"}", "after document"),
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "null": (b"null", "not a contract"),
    "a number": (b"42", "not a contract"),
    "text": (b'"x"', "not a contract"),
    "a list": (b"[]", "not a contract"),
}

ANSWERED = {
    "1e400": (schema('"maximum": 1e400'), 0),
    "a constant beyond doubles": (schema('"const": 1e400'), 1),
    "a length nobody has": (schema('"type": "string", "minLength": 1000000000'), 1),
    "a count nobody has": (schema('"type": "object", "minProperties": 1e300'), 1),
    "a pattern with many states": (schema('"type": "string", "pattern": "(a|b)*a(a|b){30}"'), 1),
    "a pattern that counts": (schema('"type": "string", "pattern": "(a{1,99999}){1,99999}"'), 1),
    "a pattern in groups": (schema(f'"type": "string", "pattern": "{"(" * 5_000}a{")" * 5_000}"'), 1),
    "a pattern that backtracks": (schema('"type": "string", "pattern": "^(a+)+$"'), 1),
    "a reference to itself": (schema('"$ref": "#"'), 3),
    "references in a ring": (
        schema('"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}'),
        3,
    ),
    "not itself": (schema('"not": {"$ref": "#"}'), 3),
    "a long chain of references": (chained(5_000), 3),
    "a file elsewhere": (schema('"$ref": "file:///etc/passwd"'), 3),
    "a file above": (schema('"$ref": "../../../../etc/passwd"'), 3),
    "a host": (schema('"$ref": "http://127.0.0.1:1/x"'), 3),
    "a large enum": (schema(f'"enum": [{",".join(map(str, range(100_000)))}]'), 1),
    "a wide anyOf": (
        schema('"anyOf": [' + ",".join(f'{{"required": ["p{i}"]}}' for i in range(3_000)) + "]"),
        1,
    ),
    "a wide allOf": (
        schema('"allOf": [' + ",".join(f'{{"properties": {{"p{i}": true}}}}' for i in range(2_000)) + "]"),
        0,
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + PLAIN.encode(), 0),
    "duplicate keys in JSON": (b'{"type": "object", "type": "string"}', 1),
    "names of JavaScript": (schema('"properties": {"__proto__": {"type": "string"}}, "required": ["constructor"]'), 1),
    "escape sequences": (schema(r'"required": ["\u001b[2J\u0000\u202e"]'), 1),
    "keywords of wrong types": (
        schema('"type": 42, "properties": [1], "required": "a", "pattern": "(", "allOf": {}'),
        3,
    ),
    "a multiple of nothing": (schema('"multipleOf": 0'), 3),
    "an empty object": (b"{}", 0),
}  # fmt: skip


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def diff(old: Path, new: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "registry.cli.main", "diff", str(old), str(new)],
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
        check=False,
        preexec_fn=bounded,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.json"
    path.write_text(PLAIN)
    return path


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, old: Path, name: str) -> None:
    text, words = UNREADABLE[name]
    new = tmp_path / ("new.json" if text[:1] in {b"{", b"["} else "new.yaml")
    new.write_bytes(text)
    done = diff(old, new)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {new}")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize("name", ANSWERED)
def test_what_can_be_read_is_answered(tmp_path: Path, old: Path, name: str) -> None:
    text, status = ANSWERED[name]
    new = tmp_path / "new.json"
    new.write_bytes(text)
    done = diff(old, new)
    assert done.returncode == status, done.stdout[:500] + done.stderr[-500:]
    assert done.stdout.startswith(("COMPATIBLE", "BREAKING", "", "UNKNOWN")[status])
    assert "Traceback" not in done.stderr
    assert not {"\x1b", "\0", "\u202e"} & set(done.stdout)


def test_what_is_no_file_is_said_so(tmp_path: Path, old: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "secret.json").write_text(PLAIN)
    (tmp_path / "secret.json").chmod(0)
    expected = {
        tmp_path: "a directory",
        tmp_path / "pipe.json": "nobody writes into this pipe",
        tmp_path / "nothing.json": "no such file",
        Path("/dev/zero"): "larger than",
    }
    if os.geteuid() != 0:
        expected[tmp_path / "secret.json"] = "may not be read"
    for path, words in expected.items():
        done = diff(old, path)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert words in done.stderr
