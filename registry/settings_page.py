"""``docs/reference/settings.md``, made from the settings themselves: run me to print it."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from registry.settings import PREFIX, Settings

HEAD = """\
# Settings

Made from `registry/settings.py` by `python -m registry.settings_page`; a test keeps it so.

A command-line option wins over an environment variable, which wins over a key of the TOML file.
The file is the one that `INTERLOCK_CONFIG` names, or `interlock.toml` in the working directory;
its keys are the names below. Settings are checked when a process starts, and a mistake is named.

| Key | Variable | Default | Meaning |
|---|---|---|---|
"""


def page() -> str:
    """The page as Markdown."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is PydanticUndefined:
            shown = "`~/.local/share/interlock`"
        elif isinstance(default, SecretStr) or default == "":
            shown = "empty"
        else:
            shown = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        variable = PREFIX + name.upper()
        rows.append(f"| `{name}` | `{variable}` | {shown} | {field.description} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
