"""Every page that only reads: it is served, well formed, labelled, linked, and says the facts."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from contracts.governance.shelf import read_library
from tests.integration.web.page import Page, get

CONTRACT = "/contracts/erp.purchase-order"
PAGES = (
    "/",
    "/about",
    "/contracts",
    "/contracts?text=purchase&kind=api&criticality=1",
    "/contracts?text=nothing-like-it",
    "/contracts?page=900",
    CONTRACT,
    "/contracts/erp.ticket",
    f"{CONTRACT}/versions/1.0.0",
    f"{CONTRACT}/versions/2.0.0@proposal",
    f"{CONTRACT}/versions/latest",
    "/contracts/erp.ticket/versions/1.0.0",
    f"{CONTRACT}/versions/1.0.0/source",
    f"{CONTRACT}/versions/1.0.0/source?part=sidecar",
    f"{CONTRACT}/compare",
    f"{CONTRACT}/compare?old=1.0.0&new=2.0.0@proposal&mode=full",
    "/contracts/erp.ticket/compare",
    "/publish",
    "/publish?contract=erp.purchase-order&from=1.0.0",
    "/runs",
    "/runs?status=failed&system=erp",
    "/runs?status=cancelled",
    "/runs/run-failed",
    "/runs/run-passed",
    "/runs/run-running",
    "/runs/run-inconclusive",
    "/runs/new",
    "/gate",
    "/gate?system=erp&version=2.0.0&to=production",
    "/gate/matrix?system=erp",
    "/ownership",
    "/ownership?team=erp-inventory",
    "/ownership/fields",
    "/ownership/fields?object=purchase-order&team=erp-procurement-integration",
    "/systems",
    "/systems/erp",
    "/waivers",
    "/waivers/new?contract=erp.purchase-order",
    "/audit",
    "/audit?verify=1&subject=contract:erp.ticket",
    "/tokens",
    "/sign-in",
)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_well_formed_and_labelled(reading: FlaskClient, url: str) -> None:
    response = reading.get(url, follow_redirects=True)
    assert response.status_code == 200, response.text[:500]
    page = Page(response.text)
    assert len(page.all("h1")) == 1
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.one("title").text.endswith("Interlock")
    assert page.all("a", class_="skip-link")[0].attributes["href"] == "#content"
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    _every_field_has_a_label(page)
    _nothing_inline(page)


@pytest.mark.parametrize("url", PAGES)
def test_every_link_of_a_page_leads_somewhere(reading: FlaskClient, url: str) -> None:
    page = Page(reading.get(url, follow_redirects=True).text)
    for link in sorted(page.local_links)[:80]:
        if link not in CHECKED:
            CHECKED[link] = reading.get(link, follow_redirects=True).status_code
        assert CHECKED[link] == 200, link


CHECKED: dict[str, int] = {}


def _every_field_has_a_label(page: Page) -> None:
    labelled = {e.attributes.get("for") for e in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for element in page.all(tag):
            if element.attributes.get("type") != "hidden":
                assert element.attributes.get("id") in labelled, element
    for element in page.elements:
        for name in element.attributes.get("aria-describedby", "").split():
            assert name in page.ids, f"{element} is described by {name}, which is nowhere"


def _nothing_inline(page: Page) -> None:
    assert not page.all("style")
    for element in page.elements:
        handlers = [a for a in element.attributes if a.startswith("on") or a == "style"]
        assert not handlers, f"the content policy forbids {handlers} on <{element.tag}>"
    assert all(e.attributes.get("src", "").startswith("/assets/") for e in page.all("script"))


def test_the_home_page_tells_what_is_at_risk(reading: FlaskClient) -> None:
    text = get(reading, "/").text
    assert f"{len(read_library().contracts) + 1} contracts" in text
    assert "erp.purchase-order 2.0.0" in text.split("Proposals at risk", 1)[1]
    assert "1 failure at erp 1.0.0 in test" in text


def test_the_catalog_filters_and_keeps_what_was_asked(reading: FlaskClient) -> None:
    page = get(reading, "/contracts?text=item-master&team=")
    names = [e.text for e in page.all("span", class_="sub mono")]
    assert names == ["erp.item-master"]
    assert page.all("input", name="text")[0].attributes["value"] == "item-master"
    assert (
        get(reading, "/contracts?consumer=crm&kind=event&text=ticket").text.count(
            "No contract matches"
        )
        == 1
    )
    assert "Show all contracts" in get(reading, "/contracts?text=zzz").text


def test_a_contract_shows_who_what_and_how(reading: FlaskClient) -> None:
    text = get(reading, CONTRACT).text
    for fact in (
        "ERP Procurement Integration",  # owner team
        "Lead of ERP procurement integration",  # steward
        "#erp-procurement",  # support
        "Latency p95 ms 2000",  # service level
        "Idempotency-Key",  # policies
        "sourcing and approval",  # authority by field group
        "Confidential",
        "getPurchaseOrder",  # what a consumer uses
        "1.0.0 in production",  # what it was built against
        "production: 1.0.0",  # deployments
        "proposal on proposal",
    ):
        assert fact in text, fact
    assert "Not declared" in get(reading, "/contracts/erp.ticket").text


def test_a_version_is_laid_out_with_lines_that_match_the_source(reading: FlaskClient) -> None:
    page = get(reading, f"{CONTRACT}/versions/1.0.0")
    assert "poNumber" in page.text
    href = next(
        e.attributes["href"]
        for e in page.all("a")
        if e.attributes.get("aria-label", "").startswith("poNumber:")
    )
    line = href.rsplit("#", 1)[1]
    source = get(reading, f"{CONTRACT}/versions/1.0.0/source")
    assert "poNumber" in source.one("li", id=line).text
    assert source.one("li", id="L1").text == "1openapi: 3.1.1"


def test_raw_bytes_are_downloaded_as_published_and_cached(reading: FlaskClient) -> None:
    first = reading.get("/contracts/erp.ticket/versions/1.0.0/raw")
    from tests.integration.web.seeded import TICKET

    assert first.data == TICKET
    assert first.mimetype == "text/plain"
    assert "attachment" in first.headers["Content-Disposition"]
    again = reading.get(
        "/contracts/erp.ticket/versions/1.0.0/raw", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_comparison_shows_both_sides_and_downloads(reading: FlaskClient) -> None:
    url = f"{CONTRACT}/compare?old=1.0.0&new=2.0.0@proposal"
    page = get(reading, url)
    assert page.all("article", class_="finding")
    for consumer in ("analytics", "finance", "portal", "procurement", "wms"):
        assert any(e.text == consumer for e in page.all("a")), consumer
    sides = {e.attributes["href"] for e in page.all("a") if e.text.startswith("line ")}
    assert any("/versions/1.0.0/source#L" in s for s in sides)
    assert any("/versions/2.0.0@proposal/source#L" in s for s in sides)
    assert "lines)" in page.text
    report = reading.get(f"{url}&format=json")
    assert json.loads(report.data)["findings"]
    assert reading.get(f"{url}&format=markdown").mimetype == "text/markdown"
    sarif = json.loads(reading.get(f"{url}&format=sarif").data)
    assert sarif["version"] == "2.1.0"
    assert reading.get(f"{url}&format=exe").status_code == 404
    assert reading.get(f"{url}&mode=sideways").status_code == 400


def test_a_failed_run_shows_the_exchange_and_how_to_repeat_it(reading: FlaskClient) -> None:
    page = get(reading, "/runs/run-failed")
    assert "curl -X GET 'http://127.0.0.1:9/erp/purchase-orders/PO-1001'" in page.text
    assert "418" in page.text
    assert "3 times" in page.text
    assert any(e.text == "contract line 40" for e in page.all("a"))
    assert not [e for e in page.all("script") if "alert" in e.text]


def test_a_running_run_asks_for_its_progress_only(reading: FlaskClient) -> None:
    whole = get(reading, "/runs/run-running")
    asked = whole.one("div", id="progress").attributes
    assert asked["hx-get"] == "/runs/run-running"
    part = reading.get("/runs/run-running", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'id="progress"' in part.text
    ended = reading.get("/runs/run-passed", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
    assert "hx-get" not in get(reading, "/runs/run-passed").one("div", id="progress").attributes


def test_ownership_leads_from_team_to_consumer(reading: FlaskClient) -> None:
    text = get(reading, "/ownership?team=data-products").text
    assert "Lakehouse" in text
    assert "analytics.procure-to-pay" in text
    assert "finance" in text.split("Used by", 1)[1]
    whole = get(reading, "/ownership").text
    assert "used by" in whole
    assert "relies on" in whole


def test_field_authority_says_who_has_the_say(reading: FlaskClient) -> None:
    page = get(reading, "/ownership/fields?object=purchase-order")
    [row] = [e.text for e in page.all("tr") if "invoicedQuantity" in e.text]
    assert "finance" in row
    assert "master" in row
    assert "erp.purchase-order" in row


def test_the_audit_chain_is_verified_on_demand(reading: FlaskClient) -> None:
    assert "The chain holds" in get(reading, "/audit?verify=1").text


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/nowhere", 404, "There is no page at /nowhere"),
        ("/contracts/none.such", 404, "none.such"),
        ("/contracts/erp.purchase-order/versions/9.9.9", 404, "9.9.9"),
        ("/contracts/erp.purchase-order/compare?old=1.0.0&new=9.9.9", 404, "9.9.9"),
        ("/runs/run-none", 404, "run-none"),
        ("/systems/none", 404, "none"),
        ("/gate?system=none&version=1&to=test", 422, "none"),
        ("/gate?system=erp&version=9.9&to=test", 422, "9.9"),
        ("/gate?system=erp&version=2.0.0&to=moon", 422, "moon"),
        ("/gate?system=erp&version=2.0.0&to=test&at=tomorrow", 422, "no instant"),
    ],
)
def test_what_is_not_there_is_said_and_leads_on(
    reading: FlaskClient, url: str, status: int, says: str
) -> None:
    page = get(reading, url, status)
    assert says in page.text
    assert page.one("a", class_="brand")
