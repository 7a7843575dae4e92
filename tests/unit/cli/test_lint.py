"""``interlock lint``: exit statuses, both formats, and input nobody can read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.errors import ContractError
from contracts.governance.shelf import SHIPPED
from registry.cli.lint import command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(item) for item in arguments])


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    folder = tmp_path / "erp" / "goods-receipt"
    shutil.copytree(SHIPPED / "erp" / "goods-receipt", folder)
    shutil.copy(SHIPPED / "estate.yaml", tmp_path)
    return folder


def test_the_shipped_library_is_clean() -> None:
    result = run(SHIPPED)
    assert (result.exit_code, result.output) == (0, "clean\n")


def test_a_broken_rule_is_exit_1_with_place_and_mend(receipt: Path) -> None:
    sidecar = receipt / "contract.yaml"
    sidecar.write_text(sidecar.read_text().replace("owner: erp-inventory\n", "owner: nobody\n"))
    result = run(sidecar)
    assert result.exit_code == 1
    assert "contract.yaml:13: error [owner-is-a-team] there is no team 'nobody'" in result.output
    assert result.output.count("owner-is-a-team") == 1, "once, though two versions are listed"
    assert "1 error, 0 warnings" in result.output


def test_a_document_is_read_with_the_sidecar_beside_it_or_alone(receipt: Path) -> None:
    document = receipt / "1.0.0.openapi.yaml"
    text = document.read_text()
    document.write_text(text.replace("operationId: postGoodsReceipt\n", "operationId: Post\n", 1))
    beside = json.loads(run(document, "--format", "json").output)["findings"]
    assert {(item["policy"], item["level"]) for item in beside} == {
        ("naming", "error"),
        ("expectations-exist", "error"),
        ("compensation-named", "error"),
    }
    assert all(item["line"] and item["mend"] for item in beside)
    (receipt / "contract.yaml").unlink()
    alone = json.loads(run(document, "--format", "json").output)["findings"]
    assert [item["policy"] for item in alone] == ["naming"]


def test_a_warning_alone_is_exit_0(receipt: Path) -> None:
    document = receipt / "1.0.0.openapi.yaml"
    line = "      description: One receipt.\n"
    text = document.read_text()
    assert line in text
    kept = text.replace(line, "").replace("      summary: Read a goods receipt\n", "")
    document.write_text(kept)
    result = run(document)
    assert result.exit_code == 0
    assert (
        "warning [descriptions] GET /goods-receipts/{receiptId} is not described" in result.output
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id: [unclosed", "line"),
        ("id: a.b\nprovider: erp\nowner: x\nversions: [{version: 1.0, document: a}]\n", "quotes"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text(text)
    result = run(path)
    assert isinstance(result.exception, ContractError)
    assert "contract.yaml" in str(result.exception)
    assert sentence in str(result.exception) or result.exception.line


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("crm/customer-account/contract.yaml", "kind: propose}", "kind: copy}", "error [authority-direct-write] commerce writes customer.language"),
        ("workflows.yaml", "within: PT2M}", "within: PT61S}", "error [loose-end] requisition-to-order: target 'approved to order in the ERP' is 0:01:01"),
        ("mappings/netsuite.purchase-order.yaml", "closed, rejectedBySupervisor]", "closed, held, rejectedBySupervisor]", "error [state-mapping] netsuite.purchase-order: no rule for status=held"),
    ],
)  # fmt: skip
def test_a_library_is_checked_as_a_whole(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    library = Path(shutil.copytree(SHIPPED, tmp_path / "library"))
    text = (library / file).read_text()
    assert old in text
    (library / file).write_text(text.replace(old, new, 1))
    result = run(library)
    assert result.exit_code == 1
    assert sentence in result.output


def test_a_folder_without_sidecars_is_told(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert "there is no contract.yaml below" in str(result.exception)
