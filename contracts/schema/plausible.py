"""Values that people expect under a name: a witness should look like an order, not a riddle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from contracts.late_patterns import late
from contracts.verdict import Json

BY_NAME: dict[str, str | int | float] = {
    **dict.fromkeys(("ponumber", "ordernumber", "orderid", "orderno", "purchaseorder"), "PO-1001"),
    **dict.fromkeys(("linenumber", "lineno", "line", "position"), "10"),
    **dict.fromkeys(("supplierid", "vendorid", "suppliernumber"), "S-1001"),
    **dict.fromkeys(("customerid", "customernumber", "accountid"), "C-1001"),
    **dict.fromkeys(("itemid", "productid", "materialid", "sku", "article"), "ITEM-42"),
    **dict.fromkeys(("gtin", "ean", "barcode"), "08904000210037"),
    "gln": "5412345000013",
    "sscc": "006141411234567890",
    "iban": "DE89370400440532013000",
    "bic": "DEUTDEFF",
    **dict.fromkeys(("uom", "unit", "unitofmeasure", "baseuom"), "EA"),
    **dict.fromkeys(("currency", "currencycode"), "EUR"),
    **dict.fromkeys(("country", "countrycode"), "DE"),
    **dict.fromkeys(("language", "lang", "locale"), "en"),
    "timezone": "Europe/Berlin",
    **dict.fromkeys(("amount", "price", "unitprice", "total", "cost", "value"), "19.90"),
    **dict.fromkeys(("street", "addressline", "address", "line1"), "1 Harbour Road"),
    **dict.fromkeys(("city", "town"), "Hamburg"),
    **dict.fromkeys(("postcode", "postalcode", "zip", "zipcode"), "20457"),
    **dict.fromkeys(("name", "legalname", "companyname", "displayname"), "Example Ltd"),
    **dict.fromkeys(("firstname", "givenname"), "Ada"),
    **dict.fromkeys(("lastname", "familyname", "surname"), "Lovelace"),
    **dict.fromkeys(("username", "login", "user"), "ada"),
    "email": "buyer@example.com",
    **dict.fromkeys(("phone", "phonenumber", "mobile", "fax"), "+49 40 1234567"),
    **dict.fromkeys(("url", "uri", "link", "href", "website"), "https://example.com/orders/1"),
    **dict.fromkeys(("description", "title", "label", "summary"), "Steel bolt M8"),
    **dict.fromkeys(("note", "notes", "comment", "comments", "remark", "message"), "Gate 3"),
    **dict.fromkeys(("reason", "condition"), "damaged"),
    **dict.fromkeys(("date", "orderdate", "duedate", "neededby"), "2024-05-17"),
    **dict.fromkeys(("lot", "batch"), "L-2024-05"),
    **dict.fromkeys(("location", "locationid", "warehouse"), "HAM-1"),
    **dict.fromkeys(("tags", "tag", "category", "categories"), "hardware"),
    **dict.fromkeys(("status", "state"), "open"),
    **dict.fromkeys(("id", "number", "reference", "code", "key"), "A-1001"),
}
"""Name without case and separators → a text under it; the last words of a longer name count too."""

NUMBERS: dict[str, int | float] = {
    **dict.fromkeys(("quantity", "qty", "ordered", "received", "delivered"), 5),
    **dict.fromkeys(("amount", "price", "total", "cost", "value"), 19.9),
    **dict.fromkeys(("weight", "length", "width", "height"), 1.5),
    **dict.fromkeys(("revision", "version", "page", "position", "count"), 1),
    **dict.fromkeys(("percent", "pct", "percentage", "rate"), 10),
    "age": 42,
    "year": 2024,
}

Path = tuple[str | int, ...]

_WORDS = late(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_MOST = 24
"""Values that are tried one by one where not all fit together."""


@lru_cache(maxsize=4096)
def _names(name: str) -> tuple[str, ...]:
    """The name, its last two words and its last one."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return ("".join(words), "".join(words[-2:]), *words[-1:])


def expected(name: str, value: Json) -> Json:
    """What people expect under a name, of the value's type; the value itself if nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if not isinstance(value, str) and value != 0:
        return value
    table = BY_NAME if isinstance(value, str) else NUMBERS
    return next((table[known] for known in _names(name) if known in table), value)


def polished(
    value: Json, at: Sequence[str | int], keep: Collection[Json], fits: Callable[[Json], bool]
) -> Json:
    """The value with what people expect under its names, as far as it ``fits``.

    What stands ``at`` the spot that matters, and texts that the schemas give (``keep``), stay.
    """
    spots = {
        path: wanted
        for path, name, found in _leaves(value, (), "")
        if path != tuple(at) and not (isinstance(found, str) and found in keep)
        if (wanted := expected(name, found)) != found
    }
    if not spots:
        return value
    whole = _with(value, (), spots)
    if fits(whole):
        return whole
    if len(spots) > 1:
        for path in list(spots)[:_MOST]:
            changed = _put(value, path, spots[path])
            if fits(changed):
                value = changed
    return value


def _leaves(value: Json, path: Path, name: str) -> Iterator[tuple[Path, str, Json]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key), key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index), name)
    elif name:
        yield path, name, value


def _put(value: Json, path: Path, new: Json) -> Json:
    """A copy with another value at a path; what does not hold it stays the same object."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = _put(value[path[0]], path[1:], new)
    return copy


def _with(value: Json, path: Path, spots: Mapping[Path, Json]) -> Json:
    """A copy with other values at some paths."""
    if isinstance(value, list):
        return [_with(item, (*path, index), spots) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: _with(item, (*path, key), spots) for key, item in value.items()}
    return spots.get(path, value)
