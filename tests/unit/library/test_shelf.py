from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contracts.errors import ContractError
from contracts.governance.shelf import SHIPPED, Library, loose_ends, read_library


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


def test_every_name_in_the_shipped_library_means_something(library: Library) -> None:
    assert loose_ends(library) == ()


def test_every_contract_lies_where_its_name_says(library: Library) -> None:
    for contract in library.contracts:
        assert contract.path == SHIPPED / contract.id.replace(".", "/", 1) / "contract.yaml"
        assert contract.current is not None


def test_the_next_erp_release_provides_what_is_proposed(library: Library) -> None:
    erp = library.estate.system("erp")
    assert erp is not None
    release = erp.release("2.0.0")
    assert release is not None
    proposed = {
        contract.id: version.number
        for contract in library.contracts
        for version in contract.proposals
    }
    assert proposed == {"erp.purchase-order": "2.0.0", "erp.goods-receipt": "2.0.0"}
    assert proposed.items() <= release.provides.items()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "library"))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("estate.yaml", "team: erp-inventory\n", "team: erp-inventroy\n", "did you mean 'erp-inventory'?"),
        ("estate.yaml", "{system: bi, version: 1.0.0", "{system: bi, version: 9.0.0", "no release of 'bi' '9.0.0'"),
        ("estate.yaml", "- id: bi\n", "- id: analytics\n", "system 'analytics' is listed twice"),
        ("estate.yaml", "- id: dev\n", "- id: test\n", "environment 'test' is listed twice"),
        ("erp/item-master/contract.yaml", "owner: erp-master-data\n", "ownr: erp-master-data\n", "did you mean 'owner'?"),
        ("erp/item-master/contract.yaml", "document: 1.0.0.openapi.yaml", "document: 1.1.0.openapi.yaml", "not beside it"),
        ("erp/item-master/contract.yaml", "document: 1.0.0.openapi.yaml", "document: ../../etc", "is not possible here"),
    ],
)  # fmt: skip
def test_a_broken_library_is_refused_with_the_place(
    copy: Path, file: str, old: str, new: str, sentence: str
) -> None:
    rewrite(copy / file, old, new)
    with pytest.raises(ContractError) as caught:
        read_library(copy)
    assert sentence in str(caught.value)
    assert file.rpartition("/")[2] in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("estate.yaml", "erp.item-master: 1.0.0", "erp.item-master: 7.0.0", "is not in the library"),
        ("erp/item-master/contract.yaml", "contact: demand-planning", "contact: planners", "no team 'planners'"),
        ("erp/item-master/contract.yaml", "system: planning", "system: forecasting", "no system 'forecasting'"),
        ("erp/item-master/contract.yaml", "provider: erp", "provider: pricing", "is provided by 'pricing'"),
        ("workflows.yaml", "contract: procurement.requisition", "contract: procurement.wish", "there is no contract 'procurement.wish'"),
    ],
)  # fmt: skip
def test_loose_ends_are_told(copy: Path, file: str, old: str, new: str, sentence: str) -> None:
    rewrite(copy / file, old, new)
    assert any(sentence in end for end in loose_ends(read_library(copy)))
