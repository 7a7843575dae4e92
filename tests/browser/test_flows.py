"""What people do: publish, compare, look at a run, ask the gate; with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.integration.web.seeded import TICKET

WIDER = TICKET.decode().replace("maxLength: 20", "maxLength: 40")


def test_typing_a_draft_shows_its_verdict_and_publishes(visit: Callable[..., Visitor]) -> None:
    page = visit("/publish?contract=erp.ticket&from=1.0.0").page
    page.get_by_label("Version").fill("1.1.0")
    page.get_by_role("textbox", name="Document").fill("type: object\nrequired: [a\n")
    expect(page.locator("#preview")).to_contain_text("document cannot be used")
    expect(page.locator("#preview")).to_contain_text("line 3")
    page.get_by_role("textbox", name="Document").fill(WIDER)
    expect(page.locator("#preview")).to_contain_text("erp.ticket 1.1.0 would be published")
    expect(page.locator("#preview .diff")).to_contain_text("maxLength: 40")
    page.get_by_role("button", name="Publish 1.1.0").click()
    expect(page.get_by_role("status")).to_contain_text("erp.ticket 1.1.0 is published")


def test_publishing_works_without_javascript(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    page = visit("/publish", java_script_enabled=False, width=380).page
    document = tmp_path / "ticket.yaml"
    document.write_text(
        TICKET.decode().replace("required: [id, state]", "required: [id, state, note]")
    )
    page.get_by_label("Contract", exact=False).first.fill("erp.ticket")
    page.get_by_label("Version").fill("2.0.0")
    page.get_by_label("Proposal branch").fill("strict")
    page.locator("#f-document_file").set_input_files(document)
    page.get_by_role("button", name="Check").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("erp.ticket 2.0.0@strict would be proposed")
    expect(preview).to_contain_text("Breaking")
    expect(preview).to_contain_text("analytics")
    page.get_by_role("button", name="Propose 2.0.0@strict").click()
    expect(page.get_by_role("status")).to_contain_text("is proposed")


def test_a_chosen_file_is_read_into_the_form(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    document = tmp_path / "ticket.yaml"
    document.write_text(WIDER)
    page = visit("/publish?contract=erp.ticket").page
    page.get_by_label("Version").fill("1.7.0")
    page.locator("#f-document_file").set_input_files(document)
    expect(page.get_by_role("textbox", name="Document")).to_have_value(WIDER)
    expect(page.locator("#preview")).to_contain_text("erp.ticket 1.7.0")


@pytest.mark.parametrize("script", [True, False])
def test_a_finding_leads_to_its_line_on_both_sides(
    visit: Callable[..., Visitor], script: bool
) -> None:
    page = visit("/contracts/erp.purchase-order/compare", java_script_enabled=script).page
    article = page.locator("article.finding").first
    for side in range(2):
        link = article.locator(".side-label a").nth(side)
        line = link.inner_text().split()[-1]
        link.click()
        expect(page.locator(f"#L{line}")).to_be_in_viewport()
        page.go_back()


def test_catalog_filters_answer_at_once(visit: Callable[..., Visitor]) -> None:
    page = visit("/contracts").page
    page.get_by_label("Kind").select_option("event")
    page.wait_for_url("**kind=event*")
    assert page.locator("tbody tr").count() >= 2
    assert page.get_by_label("Kind").input_value() == "event"
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url("**/contracts")


def test_a_failure_gives_its_curl_to_the_clipboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit("/runs/run-failed", permissions=["clipboard-read", "clipboard-write"])
    visitor.page.get_by_role("button", name="Copy").first.click()
    expect(visitor.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied == "curl -X GET 'http://127.0.0.1:9/erp/purchase-orders/PO-1001'"


def test_a_running_run_is_followed_live(visit: Callable[..., Visitor]) -> None:
    page = visit("/runs/run-running").page
    with page.expect_request("**/runs/run-running", timeout=8000):
        pass
    expect(page.locator("#progress progress")).to_be_visible()


def test_the_gate_is_asked_from_the_home_page(visit: Callable[..., Visitor]) -> None:
    page = visit("/", width=380, java_script_enabled=False).page
    page.get_by_label("System").select_option("erp")
    page.get_by_label("Version").fill("2.0.0")
    page.get_by_label("Environment").select_option("production")
    page.get_by_role("button", name="May it go there?").click()
    expect(page.locator("main")).to_contain_text("No: erp 2.0.0 to production")
    expect(page.locator("#reasons-blocked")).to_be_visible()


def test_live_checking_says_when_it_could_not(visit: Callable[..., Visitor]) -> None:
    visitor = visit("/publish?contract=erp.ticket")
    visitor.page.context.clear_cookies()
    visitor.page.get_by_role("textbox", name="Document").fill(WIDER)
    expect(visitor.page.get_by_role("alert")).to_contain_text("your session is over")
    assert visitor.complaints
    visitor.complaints.clear()
