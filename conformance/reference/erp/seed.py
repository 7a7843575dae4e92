"""What the ERP knows on its first day: companies, goods and orders of the library's examples."""

from __future__ import annotations

from conformance.reference.collection import Record
from contracts.verdict import Json

NO_BLOCKS = {"posting": False, "purchasing": False, "payment": False}
LOCATIONS = {"5412345000013": "DC-EAST", "5412345000020": "DC-WEST"}
"""Site by GS1 location number."""


def suppliers() -> list[Record]:
    """Two active suppliers and one that must not get orders."""
    rows = [
        ("SUP-10023", "Nordschrauben GmbH", "DE", "active", {}),
        ("SUP-10047", "Ateliers Dupont SA", "FR", "active", {}),
        ("SUP-10088", "Kestrel Packaging Ltd", "GB", "inactive", {"purchasing": True}),
    ]
    return [
        {
            "supplierId": number,
            "version": 3,
            "legalName": name,
            "country": country,
            "taxIds": [{"scheme": "VAT", "value": f"{country}129273398"}],
            "paymentTerms": "Z030",
            "blocks": {**NO_BLOCKS, **blocks},
            "status": status,
            "changedAt": "2026-02-11T14:03:00Z",
        }
        for number, name, country, status, blocks in rows
    ]


def items() -> list[Record]:
    """A handful of goods."""
    rows = [
        ("BOLT-M8X40", "Hex bolt M8x40 zinc plated", "08904000210037", 7, True),
        ("NUT-M8", "Hex nut M8 zinc plated", "09506000134352", 2, False),
        ("PALLET-EUR", "EUR pallet", None, 1, False),
        ("SOLVENT-5L", "Cleaning solvent 5 l", None, 4, True),
    ]
    return [
        {
            "itemId": number,
            "version": version,
            "baseUom": "EA",
            **({"gtin": gtin} if gtin else {}),
            "description": text,
            "uomConversions": [{"uom": "XBX", "numerator": 100, "denominator": 1}],
            "lotControlled": lots,
            "taxClass": "S",
            "status": "active",
            "changedAt": "2026-01-20T09:00:00Z",
        }
        for number, text, gtin, version, lots in rows
    ]


def order_line(number: str, item: str, quantity: float, release: str) -> Record:
    """One line as the ERP keeps it."""
    place = "shipToGln" if release >= "2" else "deliverTo"
    return {
        "lineNumber": number,
        "itemId": item,
        "description": f"{item.title()} for stock",
        "quantity": quantity,
        "uom": "EA",
        "price": {"amount": "12.50", "currency": "EUR", "perQuantity": 100, "uom": "EA"},
        "overTolerancePct": 5,
        "requestedDate": "2026-03-16",
        place: "5412345000013",
        "accountAssignment": {"category": "stock"},
        "receivedQuantity": 0,
        "invoicedQuantity": 0,
        "completelyDelivered": False,
        "finallyInvoiced": False,
        "expectedDate": "2026-03-17",
    }


def orders(release: str) -> list[Record]:
    """Open orders; the first is the one of the library's examples."""
    found: list[Record] = []
    for index, (number, item) in enumerate(
        [
            ("PO-2026-0417", "BOLT-M8X40"),
            ("PO-2026-0418", "NUT-M8"),
            ("PO-2026-0419", "PALLET-EUR"),
            ("PO-2026-0420", "SOLVENT-5L"),
            ("PO-2026-0421", "BOLT-M8X40"),
            ("PO-2026-0422", "NUT-M8"),
        ]
    ):
        extra: dict[str, Json] = {}
        if release >= "2":
            extra = {"incoterms": "DAP", "netValue": {"amount": "625.00", "currency": "EUR"}}
        found.append(
            {
                "poNumber": number,
                "revision": 1,
                "supplierId": "SUP-10023" if index % 2 == 0 else "SUP-10047",
                "currency": "EUR",
                "companyCode": "DE01",
                "contractReference": "CT-2025-77",
                "paymentTerms": "Z030",
                "status": "open",
                "lines": [order_line("00010", item, 5000, release)],
                "createdAt": "2026-03-02T08:15:31Z",
                "changedAt": "2026-03-02T08:15:31Z",
                **extra,
            }
        )
    return found


def document_name(release: str) -> str:
    """What a release calls the key of a posting."""
    return "materialDoc" if release >= "2" else "materialDocument"


def receipts(release: str) -> list[Record]:
    """Receipts posted before the first day, on an order that is long closed."""
    return [
        {
            "receiptId": f"GR-2026-0000{number}",
            "poNumber": "PO-2025-1999",
            "lineNumber": "00010",
            "quantity": 100 * number,
            "uom": "EA",
            "movementType": "101",
            "postingDate": "2026-01-12",
            "deliverTo": "5412345000013",
            "storageLocation": "0001",
            "status": "posted",
            document_name(release): {"year": 2026, "number": f"50000009{number}", "item": "0001"},
            "postedAt": f"2026-01-12T10:{number}:07Z",
        }
        for number in range(11, 17)
    ]


def stock() -> dict[tuple[str, str], Record]:
    """What can be promised, by item and location."""
    rows = [
        ("BOLT-M8X40", "DC-EAST", 12500),
        ("BOLT-M8X40", "DC-WEST", 800),
        ("NUT-M8", "DC-EAST", 40000),
        ("PALLET-EUR", "DC-EAST", 64),
        ("SOLVENT-5L", "DC-WEST", 12.5),
    ]
    return {
        (item, place): {
            "available": quantity,
            "nextReceiptDate": "2026-03-24",
            "nextReceiptQuantity": 5000,
        }
        for item, place, quantity in rows
    }


def sales() -> list[Record]:
    """Orders of customers in several states; the first is the one of the library's examples."""
    states = ("placed", "placed", "released", "shipped", "cancelled", "placed")
    return [
        {
            "orderId": f"SO-2026-{3301 + index}",
            "channel": "webshop",
            "customerId": "CUST-8812",
            "customerReference": "4711-A",
            "requestedDate": "2026-03-20",
            "shipTo": {
                "street": "Marktplatz 1",
                "city": "Bremen",
                "postalCode": "28195",
                "country": "DE",
            },
            "lines": [
                {
                    "lineNumber": "00010",
                    "itemId": "BOLT-M8X40",
                    "quantity": 200,
                    "uom": "EA",
                    "allocatedQuantity": 0,
                    "shippedQuantity": 0,
                }
            ],
            "status": status,
            "placedAt": "2026-03-17T11:30:00Z",
            "changedAt": "2026-03-17T11:30:00Z",
        }
        for index, status in enumerate(states)
    ]
