"""``guide.schema.json``: what editors complete and check while legal staff type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from guides.model import Guide
from guides.reading import NOT_IN_FILE

SCHEMA_FILE = Path(__file__).parent / "guide.schema.json"


def guide_schema() -> str:
    """The JSON Schema of a guide file, as it is kept in ``guide.schema.json``."""
    schema: dict[str, Any] = Guide.model_json_schema(by_alias=True)
    del schema["properties"][NOT_IN_FILE]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "执法指引"
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
