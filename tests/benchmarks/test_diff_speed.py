"""How the time of a comparison grows, as a ratio to what merely reading both files costs."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from openapi_documents import changed, document

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.long


def processor_time() -> float:
    """Seconds that this process and its ended children have computed: other load does not count."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in usage)


def fastest(action: Callable[[], object], times: int = 3) -> float:
    durations = []
    for _ in range(times):
        begin = processor_time()
        action()
        durations.append(processor_time() - begin)
    return min(durations)


@pytest.fixture(scope="module", params=[30, 300, 1500])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("documents")
    first = document(request.param)
    paths = [folder / "old.json", folder / "new.json"]
    for path, value in zip(paths, (first, changed(first)), strict=True):
        path.write_text(json.dumps(value, indent=2))
    return paths


def floor(files: list[Path]) -> float:
    """Start-up, parsing both with the fastest loader, and one pass over both."""
    code = (
        "import sys, orjson\n"
        "for path in sys.argv[1:]:\n"
        "    orjson.dumps(orjson.loads(open(path, 'rb').read()))"
    )
    command = [sys.executable, "-c", code, *map(str, files)]
    return fastest(lambda: subprocess.run(command, check=True, cwd=ROOT))


def diff(files: list[Path]) -> float:
    command = [sys.executable, "-m", "registry.cli.main", "diff", *map(str, files)]
    return fastest(lambda: subprocess.run(command, cwd=ROOT, capture_output=True, check=False))


def test_a_diff_costs_a_small_multiple_of_reading(files: list[Path]) -> None:
    size = sum(path.stat().st_size for path in files)
    least, whole = floor(files), diff(files)
    print(f"{size / 1e6:.1f} MB: floor {least:.2f} s, diff {whole:.2f} s, {whole / least:.1f} ×")
    assert whole <= 9 * least + 0.6  # the aim is 3 × the floor and 0.5 ms for each change


def test_time_grows_with_the_document_and_no_faster() -> None:
    from contracts import compare

    times = []
    for operations in (250, 1000):
        first = orjson.dumps(document(operations))
        second = orjson.dumps(changed(orjson.loads(first)))
        times.append(fastest(lambda one=first, two=second: compare(one, two)))  # type: ignore[misc]
    assert times[1] <= 8 * times[0]
