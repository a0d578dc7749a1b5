"""The schema in the repository is the one the model makes."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from guides.schema import SCHEMA_FILE, guide_schema
from tests.small_library import GUIDE


def test_the_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == guide_schema(), (
        "python -c 'from guides.schema import *; SCHEMA_FILE.write_text(guide_schema())'"
    )


def test_the_schema_accepts_a_guide_and_refuses_an_unknown_field() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    data = json.loads(json.dumps(yaml.safe_load(GUIDE), default=str))
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**data, "sumary": "x"}, schema)


def test_every_guide_of_the_library_names_the_schema() -> None:
    root = SCHEMA_FILE.parent / "library"
    guides = [path for path in root.glob("*/*.yaml") if path.parent.name != "redlines"]
    assert len(guides) > 50
    for path in guides:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = first.rpartition("=")[2]
        assert (path.parent / named).resolve() == SCHEMA_FILE.resolve(), path
