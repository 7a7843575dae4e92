"""The stories as a user asks for them: ``interlock diff`` with the sidecars of both versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from registry.cli.diff import command

FOLDER = Path(__file__).parents[2] / "cases" / "stories"
STORIES = sorted(story for story in FOLDER.iterdir() if story.is_dir())


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_verdict_per_consumer_is_printed(story: Path) -> None:
    truth = yaml.safe_load((story / "truth.yaml").read_text())
    proposed = story / "contract.new.yaml"
    sidecars = ["--sidecar", str(proposed if proposed.exists() else story / "contract.yaml")]
    if proposed.exists():
        sidecars += ["--old-sidecar", str(story / "contract.yaml")]
    pair = [str(story / "old.yaml"), str(story / "new.yaml")]
    result = CliRunner().invoke(command, [*pair, *sidecars, "--format", "json"])
    report = json.loads(result.output)
    assert report["verdict"] == truth["verdict"]
    assert {n: c["verdict"] for n, c in report["consumers"].items()} == truth["consumers"]
    assert result.exit_code == {"compatible": 0, "breaking": 1}[truth["verdict"]]


def test_the_old_sidecar_alone_is_refused() -> None:
    story = STORIES[0]
    arguments = [str(story / "old.yaml"), str(story / "new.yaml")]
    result = CliRunner().invoke(
        command, [*arguments, "--old-sidecar", str(story / "contract.yaml")]
    )
    assert result.exit_code == 2
    assert "--old-sidecar needs --sidecar" in result.output
