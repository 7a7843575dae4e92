"""Estates: names that mean nothing are told with place and mend; addresses are filled in."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from contracts.documents import load
from contracts.errors import InvalidContract
from contracts.governance.estate import Endpoint, estate_problems, load_estate

GOOD: dict[str, Any] = {
    "teams": [{"id": "t", "name": "T"}],
    "systems": [
        {"id": "a", "name": "A", "team": "t", "releases": [{"version": "1", "provides": {}}]}
    ],
    "environments": [{"id": "dev", "name": "Dev", "endpoints": [{"system": "a", "url": "http://h:{port}"}]}],
    "deployments": [{"system": "a", "version": "1", "environment": "dev"}],
}  # fmt: skip


def told(**change: Any) -> list[tuple[str | None, str]]:
    text = yaml.safe_dump({**GOOD, **change}, sort_keys=False)
    problems = estate_problems(load(text.encode(), name="estate.yaml"))
    assert all(problem.line and problem.source == "estate.yaml" for problem in problems)
    return [(problem.pointer, problem.message) for problem in problems]


def test_a_sound_estate_has_no_problems() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("change", "pointer", "sentence"),
    [
        ({"teams": []}, "/systems/0/team", "there is no team 't'; add it"),
        ({"teams": [{"id": "t2", "name": "T"}]}, "/systems/0/team", "did you mean 't2'?"),
        ({"teams": GOOD["teams"] * 2}, "/teams/1/id", "team 't' is listed twice"),
        ({"environments": []}, "/deployments/0/environment", "no environment 'dev'"),
        ({"deployments": [{"system": "a", "version": "2", "environment": "dev"}]}, "/deployments/0/version", "no release of 'a' '2'"),
        ({"deployments": [{"system": "b", "version": "1", "environment": "dev"}]}, "/deployments/0/system", "no system 'b'"),
        ({"environments": [{"id": "dev", "name": "D", "endpoints": [{"system": "x", "url": "http://h"}]}]}, "/environments/0/endpoints/0/system", "no system 'x'"),
        ({"environments": [{"id": "dev", "name": "D", "endpoints": [{"system": "a", "url": "h:80"}]}]}, "/environments/0/endpoints/0/url", "is not possible here"),
        ({"environments": [{"id": "dev", "name": "D", "evidence": {"unknown": "maybe"}}]}, "/environments/0/evidence/unknown", "block|warn|allow"),
        ({"systems": [{"id": "a", "name": "A", "team": "t", "releases": [{"version": "1"}, {"version": "1"}]}]}, "/systems/0/releases/1/version", "release '1' is listed twice"),
        ({"systems": [{"id": "a", "name": "A", "team": "t", "relases": []}]}, "/systems/0/relases", "did you mean 'releases'?"),
        ({"users": []}, "/users", "is not a key of this part of the estate"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    change: dict[str, Any], pointer: str, sentence: str
) -> None:
    first, message = told(**change)[0]
    assert first == pointer
    assert sentence in message


def test_an_address_is_filled_in_or_says_what_is_missing() -> None:
    endpoint = Endpoint.model_validate({"system": "a", "url": "http://{host}:{port}/v1"})
    assert endpoint.placeholders == ("host", "port")
    assert endpoint.at({"host": "127.0.0.1", "port": 8080}) == "http://127.0.0.1:8080/v1"
    with pytest.raises(InvalidContract, match="'a' needs a value for port"):
        endpoint.at({"host": "x"})


def test_parts_are_found_by_their_names() -> None:
    text = yaml.safe_dump(GOOD)
    estate = load_estate(load(text.encode(), name="estate.yaml"))
    system, environment = estate.system("a"), estate.environment("dev")
    assert system is not None
    assert environment is not None
    assert system.release("1") is not None
    assert environment.endpoint("a") is not None
    assert (estate.team("x"), estate.system("x"), system.release("9")) == (None, None, None)
