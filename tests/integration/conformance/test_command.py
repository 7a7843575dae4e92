"""``interlock conformance`` as people call it: output, exit status, one sentence for each mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from conformance.evidence import Run
from tests.integration.conformance.conftest import LIBRARY, ROOT, TOKEN, Start, document_of

ITEMS = str(document_of("erp.item-master"))
WMS = str(LIBRARY / "wms")
ORDERS = str(document_of("erp.purchase-order"))
EXAMPLE = (
    '{"specversion":"1.0","id":"1","source":"/wms/receipts","type":"wms.receipt.counted.v1"}\n'
)


def interlock(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "registry.cli.main", "conformance", *arguments],
        env={"PYTHONPATH": str(ROOT), "TOKEN": TOKEN, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=100,
    )


def test_a_system_that_keeps_its_contract(start: Start, tmp_path: Path) -> None:
    service = start("erp")
    report = tmp_path / "run.xml"
    done = interlock(
        *("run", "--contract", ITEMS, "--url", service.url, "--secret", "env:TOKEN"),
        *("--suite", "smoke", "--format", "junit", "--output", str(report)),
    )
    assert done.returncode == 0, done.stderr
    suite = ET.parse(report).getroot()
    assert (suite.get("failures"), suite.get("errors"), suite.get("tests")) == ("0", "0", "3")


def test_a_system_that_does_not(start: Start) -> None:
    service = start("erp", "po-created-as-200", "po-without-key")
    done = interlock(
        *("run", "--contract", ORDERS, "--url", service.url, "--secret", "env:TOKEN"),
        *("--suite", "smoke", "--format", "json", "--quiet", "--exclude", "closePurchaseOrder"),
    )
    assert done.returncode == 1, done.stderr
    found = Run.from_json(json.loads(done.stdout))
    assert {f.check for f in found.failures} == {
        "status_code_conformance",
        "missing_required_header",
    }
    assert all("curl" in (f.curl or "") for f in found.failures)
    assert TOKEN not in done.stdout
    left_out = next(o for o in found.operations if o.operation.endswith("/close"))
    assert (left_out.skipped, left_out.requests) == ("not part of the suite", 0)


def test_the_curl_of_a_failure_repeats_it(start: Start) -> None:
    service = start("erp", "po-created-as-200")
    done = interlock(
        *("run", "--contract", ORDERS, "--url", service.url, "--secret", "env:TOKEN", "--quiet"),
        *("--suite", "smoke", "--format", "json", "--checks", "status_code_conformance"),
        *("--methods", "POST", "--exclude", "c*sePurchaseOrder", "--exclude", "cancel*"),
    )
    found = Run.from_json(json.loads(done.stdout))
    command = found.failures[0].curl
    assert command is not None
    again = subprocess.run(
        ["sh", "-c", command],
        env={"TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert again.stdout.startswith("HTTP/1.1 200"), "the same undeclared status, from a shell"


MISTAKES = [
    (("run", "--contract", ITEMS, "--url", "http://127.0.0.1:9", "--quiet"), 4, "not reachable"),
    (("run", "--contract", "none.yaml", "--url", "http://h"), 2, "does not exist"),
    (("run", "--contract", str(LIBRARY / "estate.yaml"), "--url", "http://h"), 2, "not an OpenAPI"),
    (("run", "--contract", ITEMS, "--url", "http://h", "--suite", "huge"), 2, "no suite 'huge'"),
    (("run", "--contract", ITEMS, "--url", "http://h", "--phases", "all"), 2, "no phase 'all'"),
    (("run", "--contract", ITEMS, "--url", "http://h", "--header", "bad"), 2, "has no colon"),
    (("run", "--contract", ITEMS, "--url", "http://h", "--secret", "hunter2"), 2, "by reference"),
    (("run", "--contract", ITEMS, "--url", "http://h", "--production"), 2, "safe-methods-only"),
    (("run", "--contract", ITEMS, "--url", "ftp://h"), 2, "not an http(s) address"),
    (("events", "--contract", ITEMS, "--capture", ITEMS), 2, "not an AsyncAPI"),
    (("events", "--contract", WMS), 2, "either --capture or --broker"),
    (("events", "--contract", WMS, "--broker", "gopher://h"), 2, "none of nats://"),
    (("events", "--contract", WMS, "--broker", "nats://127.0.0.1:9"), 4, "Connection refused"),
]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"), MISTAKES, ids=lambda value: str(value)[-40:]
)
def test_mistakes_are_one_sentence(arguments: tuple[str, ...], status: int, sentence: str) -> None:
    done = interlock(*arguments)
    assert done.returncode == status, done.stderr
    assert sentence in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_traffic_of_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "day.har"
    entry = {
        "request": {"method": "GET", "url": "https://h/suppliers/SUP-1/score", "headers": []},
        "response": {"status": 200, "headers": [], "content": {}},
    }
    archive.write_text(json.dumps({"log": {"entries": [entry]}}))
    done = interlock("traffic", "--contract", ITEMS, "--har", str(archive))
    assert done.returncode == 1, done.stderr
    assert "GET /suppliers/{…}/score is in no operation of the contract" in done.stdout
    archive.write_text("{}")
    done = interlock("traffic", "--contract", ITEMS, "--har", str(archive))
    assert done.returncode == 2
    assert "not an HTTP archive" in done.stderr


def test_events_of_a_capture(tmp_path: Path) -> None:
    capture = tmp_path / "capture.jsonl"
    capture.write_text(EXAMPLE)
    done = interlock("events", "--contract", str(LIBRARY / "wms"), "--capture", str(capture))
    assert done.returncode == 1
    assert "required property" in done.stdout
    assert "goods-receipt-events/1.0.0.asyncapi.yaml:" in done.stdout
    capture.write_text("")
    done = interlock("events", "--contract", str(LIBRARY / "wms"), "--capture", str(capture))
    assert done.returncode == 3
    assert "no message was seen" in done.stdout
