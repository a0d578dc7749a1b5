"""The arguments of one call, whatever way they came: query, form, multipart or JSON.

Source: https://core.telegram.org/bots/api#making-requests. In a form every value is a string
and a composite value is a JSON string; in a JSON body it may be either. ``Arguments`` hides
that difference.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from .refusal import Refusal, bad_request

UPLOAD_LIMIT = 50 * 1024 * 1024
"""Largest file a bot may send, in bytes."""

_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no", ""})


@dataclass(frozen=True)
class Upload:
    """One uploaded part: ``field`` is the part's name, ``data`` its bytes."""

    field: str
    filename: str
    content_type: str
    data: bytes


class Arguments:
    """Typed access to one call's arguments.

    Every reader raises ``Refusal`` (400) when the value is there but of the wrong shape.
    """

    def __init__(
        self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None
    ) -> None:
        self.values: dict[str, Any] = {k: v for k, v in values.items() if v is not None}
        self.uploads: dict[str, Upload] = dict(uploads or {})

    def has(self, name: str) -> bool:
        """Whether the argument was given and is not an empty string."""
        return bool(self.values.get(name, "") != "")

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.values.get(name, default)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise bad_request(f'field "{name}" must be of type String')

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number, given as a number or as digits."""
        value = self.values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return int(value) if isinstance(value, str) else self._not_integer(name)
        except ValueError:
            return self._not_integer(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A Boolean, given as one or as ``true`` / ``false``."""
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise bad_request(f'field "{name}" must be of type Boolean')

    def composite(self, name: str) -> Any:
        """A JSON-serialised value (object or array); None when it was not given."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def array(self, name: str) -> list[Any]:
        """A JSON array; empty when it was not given."""
        value = self.composite(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f'field "{name}" must be of type Array')
        return value

    def journalled(self) -> dict[str, Any]:
        """The arguments as tests read them: JSON strings decoded, files by name and size."""
        plain = {name: _decoded(value) for name, value in self.values.items()}
        for name, upload in self.uploads.items():
            plain[name] = {"file_name": upload.filename, "size": len(upload.data)}
        return plain

    @staticmethod
    def _not_integer(name: str) -> int:
        raise bad_request(f'field "{name}" must be of type Number')


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


async def read_arguments(request: Request) -> Arguments:
    """Read query and body of ``request``; raises ``Refusal`` 400 (bad JSON) or 413 (too big)."""
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        values.update(_json_body(await request.body()))
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        await _read_form(request, values, uploads)
    else:
        await request.body()
    return Arguments(values, uploads)


async def _read_form(request: Request, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
    too_big = False
    try:
        async with request.form(max_files=100, max_fields=500) as form:
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    values[name] = value
                    continue
                too_big = too_big or (value.size or 0) > UPLOAD_LIMIT
                uploads[name] = Upload(
                    field=name,
                    filename=value.filename or name,
                    content_type=value.content_type or "application/octet-stream",
                    data=b"" if too_big else await value.read(),
                )
    except HTTPException as error:
        raise bad_request(f"can't parse the form: {error.detail}") from None
    if too_big:
        raise Refusal(413, "Request Entity Too Large")


def _json_body(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request: JSON expected") from None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse request: JSON object expected")
    return parsed
