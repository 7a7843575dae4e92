"""Every page in a real browser: nothing sticks out, everything has a name, the keyboard reaches it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor

CONTRACT = "/contracts/erp.purchase-order"
PAGES = (
    "/",
    "/about",
    "/contracts",
    CONTRACT,
    f"{CONTRACT}/versions/1.0.0",
    "/contracts/procurement.purchase-order-events/versions/1.0.0",
    f"{CONTRACT}/versions/1.0.0/source",
    f"{CONTRACT}/compare",
    "/publish",
    "/runs",
    "/runs/run-failed",
    "/runs/new",
    "/runs/triggers",
    f"{CONTRACT}/uses/new",
    f"{CONTRACT}/merge?version=2.0.0@proposal",
    f"{CONTRACT}/trend",
    f"{CONTRACT}/drift",
    "/gate?system=erp&version=2.0.0&to=production",
    "/gate/matrix?system=erp",
    "/notifications",
    "/ownership",
    "/ownership/fields",
    "/systems",
    "/systems/erp",
    "/waivers",
    "/waivers/new",
    "/audit",
    "/tokens",
    "/users",
    "/account",
    "/sign-in",
)
WIDTHS = (320, 380, 560, 768, 1024, 1280)

STICKS_OUT = """() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) { found.push('the page'); }
  for (const panel of document.querySelectorAll('.panel')) {
    if (panel.scrollWidth > panel.clientWidth + 1) { found.push(panel.getAttribute('aria-label')); }
  }
  return found;
}"""

NAMELESS = """() => {
  const name = (e) => (e.getAttribute('aria-label') || e.innerText || e.textContent
    || (e.labels && e.labels[0] && e.labels[0].textContent) || '').trim();
  const found = [];
  for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!e.hidden && !name(e)) { found.push(e.outerHTML.slice(0, 120)); }
  }
  for (const e of document.querySelectorAll('[role=region], nav, section, form, article[aria-label]')) {
    if (!e.getAttribute('aria-label') && !e.id) { found.push(e.outerHTML.slice(0, 120)); }
  }
  return found;
}"""

CONTRAST = """() => {
  const parse = (c) => {
    const m = c.match(/[\\d.]+/g).map(Number);
    return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 };
  };
  const lum = ({ r, g, b }) => {
    const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (e) => {
    for (let n = e; n; n = n.parentElement) {
      const c = parse(getComputedStyle(n).backgroundColor);
      if (c.a > 0.99) { return c; }
    }
    return { r: 255, g: 255, b: 255 };
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.getClientRects().length || e.closest('.visually-hidden, .skip-link, option')) { continue; }
    const style = getComputedStyle(e);
    const a = lum(parse(style.color)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) { found.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 30)}`); }
  }
  return [...found];
}"""


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_and_everything_has_a_name(
    visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit(path)
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert visitor.page.evaluate(STICKS_OUT) == [], f"at {width} px"
    assert visitor.page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit: Callable[..., Visitor], scheme: str) -> None:
    """WCAG 2.2 §1.4.3: 4.5 to 1."""
    visitor = visit("/", color_scheme=scheme)
    for path in PAGES:
        visitor.go(path)
        assert visitor.page.evaluate(CONTRAST) == [], path


def test_the_keyboard_alone_reaches_the_content(visit: Callable[..., Visitor]) -> None:
    page = visit("/contracts").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    box = page.locator(".skip-link").bounding_box()
    assert box is not None
    assert box["y"] >= 0, "the skip link shows when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Publish a version"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus can be seen"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "f-text"
    page.keyboard.type("goods receipts")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=goods*")
    assert page.get_by_role("link", name="Goods receipts").count() == 1


def test_tabs_never_lead_into_the_invisible(visit: Callable[..., Visitor]) -> None:
    page = visit("/gate?system=erp&version=2.0.0&to=production").page
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "(() => { const e = document.activeElement; const b = e.getBoundingClientRect();"
            " return e === document.body ? 'end' : (b.width > 0 && b.height > 0 ? 'yes' : e.outerHTML); })()"
        )
        seen.add(shown)
    assert seen <= {"yes", "end"}


def test_the_page_prints_without_its_frame(visit: Callable[..., Visitor]) -> None:
    page = visit("/contracts/erp.purchase-order/compare").page
    page.emulate_media(media="print")
    assert not page.locator(".main-nav").is_visible()
    assert page.locator("article.finding").first.is_visible()
