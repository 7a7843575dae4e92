"""Write the API's document as it is published."""

from __future__ import annotations

import json

from registry.api.contract import FOLDER
from registry.api.document import VERSION, openapi_document

if __name__ == "__main__":
    text = json.dumps(openapi_document(), indent=1, ensure_ascii=False)
    (FOLDER / f"{VERSION}.openapi.json").write_text(text + "\n", encoding="utf-8")
