"""A business day: an order from the wish to buy to the matched receipt, over real HTTP.

``python -m conformance.reference.story --erp URL --procurement URL --wms URL --analytics URL``
moves orders through all reference systems; they tell of it in their captures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from conformance.reference.__main__ import TOKEN
from contracts.verdict import Json

SITE, OTHER_SITE = "5412345000013", "5412345000020"


class StoryBroken(RuntimeError):
    """A system did not do its part."""


@dataclass(slots=True)
class Office:
    """One system to talk to, under one correlation id."""

    url: str
    client: httpx.Client

    def ask(self, method: str, path: str, body: Json = None, correlation: str = "") -> Json:
        """The JSON answer.

        Raises:
            StoryBroken: any other answer than a success.
        """
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if correlation:
            headers["X-Correlation-Id"] = correlation
        answer = self.client.request(method, self.url + path, json=body, headers=headers)
        if not answer.is_success:
            raise StoryBroken(f"{method} {path} was answered {answer.status_code}: {answer.text}")
        return answer.json()

    def change(self, path: str, change: Json, correlation: str) -> Json:
        """A merge patch on the version that is there.

        Raises:
            StoryBroken: it is refused.
        """
        read = self.client.get(self.url + path)
        headers = {
            "If-Match": read.headers.get("ETag", ""),
            "Content-Type": "application/merge-patch+json",
            "X-Correlation-Id": correlation,
        }
        body = json.dumps(change)
        answer = self.client.patch(self.url + path, content=body, headers=headers)
        if not answer.is_success:
            raise StoryBroken(f"PATCH {path} was answered {answer.status_code}: {answer.text}")
        return answer.json()

    def do(self, deed: str, correlation: str, **what: Json) -> Json:
        """Something people do behind the contracts."""
        return self.ask("POST", f"/-/{deed}", what, correlation)


@dataclass(slots=True)
class Company:
    """The four systems."""

    erp: Office
    procurement: Office
    wms: Office
    analytics: Office

    def load(self, correlation: str, *events: Json) -> None:
        """Analytics hears of events."""
        for event in events:
            self.analytics.do("load-event", correlation, event=event)


def buy(company: Company, number: str, item: str, quantity: int, receipts: list[int]) -> str:
    """From requisition to match; ``receipts`` are the counted quantities. Returns the state."""
    correlation = f"p2p-{number.lower()}"
    wish = company.procurement.ask(
        "POST",
        "/requisitions",
        {
            "costCentre": "CC4711",
            "neededBy": "2026-12-20",
            "deliverTo": SITE,
            "lines": [{"lineNumber": "00010", "itemId": item, "quantity": quantity, "uom": "EA"}],
        },
        correlation,
    )
    requisition = f"/requisitions/{wish['requisitionId']}"
    company.procurement.ask("POST", f"{requisition}/submit", None, correlation)
    company.procurement.ask("POST", f"{requisition}/approve", {"decision": "approve"}, correlation)
    order = _order(number, item, quantity)
    company.procurement.do(
        "approve-order",
        correlation,
        requisitionId=wish["requisitionId"],
        **{n: order[n] for n in ("poNumber", "supplierId", "currency", "companyCode")},
        lines=[{n: line[n] for n in _TOLD} for line in order["lines"]],
    )
    company.erp.ask("POST", "/purchase-orders", _for_release(order, company.erp), correlation)
    company.procurement.do("transmit-order", correlation, poNumber=number)
    for state in ("acknowledged", "shipped"):
        company.procurement.do(
            "advance-order",
            correlation,
            poNumber=number,
            status=state,
            causedBy="supplier.collaboration-events",
        )
    for index, counted in enumerate(receipts):
        _receive(company, order, f"GR-{number[3:]}-{index + 1}", counted, correlation)
    ended = company.procurement.do(
        "advance-order",
        correlation,
        poNumber=number,
        status="matched",
        causedBy="finance.invoice-status-events",
    )
    return str(ended["status"])


_TOLD = ("lineNumber", "itemId", "quantity", "uom", "deliverTo")


def _order(number: str, item: str, quantity: int) -> dict[str, Json]:
    return {
        "poNumber": number,
        "supplierId": "SUP-10023",
        "currency": "EUR",
        "companyCode": "DE01",
        "lines": [
            {
                "lineNumber": "00010",
                "itemId": item,
                "quantity": quantity,
                "uom": "EA",
                "price": {"amount": "12.50", "currency": "EUR", "perQuantity": 100, "uom": "EA"},
                "overTolerancePct": 5,
                "deliverTo": SITE,
            }
        ],
    }


def _for_release(order: Mapping[str, Json], erp: Office) -> Json:
    """The order as the ERP's release wants it: from 2.0.0 with Incoterms and ``shipToGln``."""
    if erp.ask("GET", "/-/health")["release"] < "2":
        return order
    lines = [
        {"shipToGln" if name == "deliverTo" else name: value for name, value in line.items()}
        for line in order["lines"]
    ]
    return {**order, "incoterms": "DAP", "lines": lines}


def _receive(
    company: Company, order: Mapping[str, Json], receipt: str, counted: int, correlation: str
) -> None:
    line = order["lines"][0]
    event = company.wms.do(
        "count-receipt",
        correlation,
        receiptId=receipt,
        poNumber=order["poNumber"],
        location=SITE,
        lines=[
            {
                "lineNumber": line["lineNumber"],
                "itemId": line["itemId"],
                "receivedQuantity": counted,
                "uom": "EA",
                "condition": "good",
            }
        ],
        expected={line["lineNumber"]: line["quantity"]},
    )
    posting = {
        "receiptId": receipt,
        "poNumber": order["poNumber"],
        "lineNumber": line["lineNumber"],
        "quantity": counted,
        "uom": "EA",
        "movementType": "101",
        "postingDate": event["time"][:10],
        "deliverTo": SITE,
        "storageLocation": "0001",
    }
    company.erp.ask("POST", "/goods-receipts", posting, correlation)
    company.procurement.do("receipt-counted", correlation, event=event)
    company.load(correlation, event)


def _take_back(company: Company, receipt: str, correlation: str) -> None:
    """A count was wrong: the warehouse takes it back, and the ERP its posting."""
    number = f"{receipt}-R"
    event = company.wms.do(
        "reverse-receipt", correlation, receiptId=receipt, reversalId=number, reason="miscounted"
    )
    reversal = {"reversalId": number, "postingDate": event["time"][:10], "reason": "miscounted"}
    company.erp.ask("POST", f"/goods-receipts/{receipt}/reverse", reversal, correlation)


def _hand_back(company: Company, receipt: str, correlation: str) -> None:
    """A count of another company's goods: nobody can post it, so it goes to the dead letters."""
    event = company.wms.do(
        "count-receipt",
        correlation,
        receiptId=receipt,
        poNumber=f"PO-{receipt[3:]}",
        location=SITE,
        lines=[
            {
                "lineNumber": "00010",
                "itemId": "PALLET-EUR",
                "receivedQuantity": 1,
                "uom": "EA",
                "condition": "good",
            }
        ],
    )
    reason = f"no purchase order {event['data']['poNumber']}"
    company.wms.do("return-receipt", correlation, event=event, reason=reason)


def stock_day(company: Company) -> None:
    """Counting, moving, reserving and picking in the warehouse."""
    correlation = f"stock-{uuid.uuid4()}"
    bolt: dict[str, Json] = {"itemId": "BOLT-M8X40", "location": SITE}
    deeds: list[tuple[str, dict[str, Json]]] = [
        ("adjust-stock", {"delta": -12, "reason": "damage"}),
        ("count-stock", {"counted": 11990}),
        ("transfer-stock", {"quantity": 500, "to": OTHER_SITE}),
        ("reserve-stock", {"quantity": 200, "orderId": "SO-2026-3301"}),
        ("pick-stock", {"quantity": 200, "orderId": "SO-2026-3301"}),
    ]
    for _ in range(2):
        for deed, what in deeds:
            company.wms.do(deed, correlation, **bolt, **what)


def sourcing(company: Company, tag: str) -> None:
    """A supplier is chosen, signs, and is told when the contract ends; masters follow."""
    correlation = f"src-{tag.lower()}"
    terms: dict[str, Json] = {"supplierId": "SUP-10023", "validTo": "2027-06-30"}
    contract = f"CT-{tag}"
    company.procurement.do(
        "award",
        correlation,
        sourcingId=f"SRC-{tag}",
        supplierId="SUP-10023",
        items=[{"itemId": "BOLT-M8X40", "sharePct": 70}],
    )
    company.procurement.do(
        "sign", correlation, contractId=contract, validFrom="2026-07-01", **terms
    )
    company.procurement.do("remind", correlation, contractId=contract, daysLeft=90, **terms)
    for path, change in (
        ("/suppliers/SUP-10023", {"paymentTerms": "Z045"}),
        ("/items/BOLT-M8X40", {"hazardClass": "3"}),
    ):
        company.erp.change(path, change, correlation)


def day(company: Company, tag: str) -> tuple[str, ...]:
    """Three orders, one cancelled order and a day in the warehouse; the states they ended in."""
    sourcing(company, tag)
    stock_day(company)
    states = [
        buy(company, f"PO-{tag}-1", "BOLT-M8X40", 5000, [4800, 200]),
        buy(company, f"PO-{tag}-2", "NUT-M8", 1000, [1000]),
        buy(company, f"PO-{tag}-3", "PALLET-EUR", 64, [60]),
    ]
    _hand_back(company, f"GR-{tag}-0", f"p2p-po-{tag.lower()}-3")
    _take_back(company, f"GR-{tag}-3-1", f"p2p-po-{tag.lower()}-3")
    correlation = f"p2p-{tag.lower()}-4"
    order = _order(f"PO-{tag}-4", "SOLVENT-5L", 10)
    company.procurement.do(
        "approve-order",
        correlation,
        **{n: order[n] for n in ("poNumber", "supplierId", "currency", "companyCode")},
        lines=[{n: line[n] for n in _TOLD} for line in order["lines"]],
    )
    changed = {**order["lines"][0], "quantity": 12}
    told = [{n: changed[n] for n in _TOLD}]
    number = order["poNumber"]
    company.procurement.do(
        "change-order", correlation, poNumber=number, lines=told, reason="More needed"
    )
    ended = company.procurement.do(
        "cancel-order", correlation, poNumber=number, reason="Ordered twice"
    )
    return (*states, str(ended["status"]))


def company_at(urls: Mapping[str, str], client: httpx.Client) -> Company:
    """The four systems by their addresses; ``client`` signs in."""
    return Company(
        erp=Office(urls["erp"], client),
        procurement=Office(urls["procurement"], client),
        wms=Office(urls["wms"], client),
        analytics=Office(urls["analytics"], client),
    )


def main(argv: list[str] | None = None) -> int:
    """One business day against running services."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference.story")
    for name in ("erp", "procurement", "wms", "analytics"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--tag", default=uuid.uuid4().hex[:6].upper())
    options = parser.parse_args(argv)
    token = os.environ.get("INTERLOCK_REFERENCE_TOKEN", TOKEN)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers, timeout=30, trust_env=False) as client:
        try:
            states = day(company_at(vars(options), client), options.tag)
        except (StoryBroken, httpx.HTTPError) as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            return 1
    print(", ".join(states))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
