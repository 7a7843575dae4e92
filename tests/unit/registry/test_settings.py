"""Settings: options over variables over a file, each mistake in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Invalid
from registry.settings import Settings, is_loopback
from registry.settings_page import page


def test_options_over_variables_over_file(tmp_path: Path) -> None:
    file = tmp_path / "interlock.toml"
    file.write_text('port = 1\nhost = "::1"\nlog_level = "debug"\n')
    environ = {"INTERLOCK_PORT": "2", "INTERLOCK_HOST": "localhost", "INTERLOCK_OPEN": "true"}
    settings = Settings.load({"port": 3, "host": None}, environ=environ, file=file)
    assert (settings.port, settings.host, settings.log_level) == (3, "localhost", "debug")
    assert settings.open


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"INTERLOCK_PORT": "70000"}, "port"),
        ({"INTERLOCK_PORT": "x"}, "port"),
        ({"INTERLOCK_OPEN": "1", "INTERLOCK_HOST": "0.0.0.0"}, "refused on 0.0.0.0"),
        ({"INTERLOCK_OPEN": "1", "INTERLOCK_HOST": "example.org"}, "refused on example.org"),
        ({"INTERLOCK_DATABASE": "mysql://x"}, "sqlite:///"),
        ({"INTERLOCK_LOG_FORMAT": "xml"}, "log_format"),
        ({"INTERLOCK_CONFIG": "/nowhere/interlock.toml"}, "cannot be read"),
    ],
)
def test_a_mistake_is_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        Settings.load(environ=environ)


@pytest.mark.parametrize(
    ("content", "words"), [("port = ", "not TOML"), ("prot = 1", "prot: is not a setting")]
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "interlock.toml"
    file.write_text(content)
    with pytest.raises(Invalid, match=words):
        Settings.load(environ={}, file=file)


def test_the_database_defaults_to_the_data_directory(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).database_url == f"sqlite:///{tmp_path}/interlock.sqlite3"
    url = Settings(database="postgresql://u@h/d").database_url
    assert url == "postgresql+psycopg://u@h/d"


def test_the_session_key_is_not_shown() -> None:
    assert "sesame" not in repr(Settings.load({"session_key": "sesame"}, environ={}))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("localhost.evil", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_every_setting_is_described() -> None:
    assert [n for n, f in Settings.model_fields.items() if not (f.description or "").strip()] == []


def test_the_page_is_what_the_code_says() -> None:
    written = (Path(__file__).parents[3] / "docs/reference/settings.md").read_text("utf-8")
    assert written == page(), "run: python -m registry.settings_page > docs/reference/settings.md"
