"""Marked-up text: Telegram HTML turned into plain text and entities.

Source: https://core.telegram.org/bots/api#html-style and #messageentity. Lengths and offsets
are UTF-16 code units, byte offsets in error texts are UTF-8, as in Telegram's answers.

Stricter than Telegram on purpose, so that a test sees what a reader would silently lose: a bare
``&``, an unknown attribute, a link without a usable address and a forbidden nesting are refused.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .refusal import JSONObject, bad_request

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)"
    r"(?P<attributes>(?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+)))?")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)?")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
_ATTRIBUTES = {"a": {"href"}, "code": {"class"}, "span": {"class"}, "blockquote": {"expandable"}}


def utf16_length(text: str) -> int:
    """Length of ``text`` in UTF-16 code units, the unit of Telegram's limits."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Formatted:
    """Plain text and its entities (Bot API ``MessageEntity`` objects, UTF-16 offsets)."""

    text: str
    entities: list[JSONObject] = field(default_factory=list)

    def trimmed(self) -> "Formatted":
        """Without white space at both ends, entities moved along, as Telegram stores it."""
        core = self.text.strip()
        shift = utf16_length(self.text[: len(self.text) - len(self.text.lstrip())])
        end = utf16_length(core)
        moved = []
        for entity in self.entities:
            start = max(0, entity["offset"] - shift)
            stop = min(end, entity["offset"] + entity["length"] - shift)
            if stop > start:
                moved.append({**entity, "offset": start, "length": stop - start})
        return Formatted(core, moved)


@dataclass
class _Open:
    tag: str
    kind: str
    start: int
    extra: JSONObject
    inner: tuple[int, int] | None = None


def _error(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")


def parse_html(source: str) -> Formatted:
    """Parse Telegram HTML; raises ``Refusal`` 400 ``can't parse entities: ...``."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[JSONObject] = []

    def parse(self) -> Formatted:
        position = 0
        while position < len(self.source):
            character = self.source[position]
            if character == "<":
                position = self._tag(position)
            elif character == "&":
                position = self._reference(position)
            else:
                found = re.compile("[<&]").search(self.source, position)
                stop = found.start() if found else len(self.source)
                self._add(self.source[position:stop])
                position = stop
        if self.stack:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self.pieces), self.entities)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _at(self, position: int) -> str:
        return f"at byte offset {len(self.source[:position].encode())}"

    def _reference(self, position: int) -> int:
        found = _REFERENCE.match(self.source, position)
        if found is None:
            raise _error(f'Unescaped "&" {self._at(position)}')
        name, decimal, hexadecimal = found.groups()
        code = int(decimal) if decimal else int(hexadecimal or "0", 16)
        if not name and (code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000):
            raise _error(f"Invalid character reference {self._at(position)}")
        self._add(_NAMED[name] if name else chr(code))
        return found.end()

    def _tag(self, position: int) -> int:
        found = _TAG.match(self.source, position)
        if found is None:
            prefix = _NAME.match(self.source, position)
            name = ((prefix and prefix.group(1)) or "").lower()
            if name in _KINDS:
                raise _error(f'Unclosed start tag "{name}" {self._at(position)}')
            raise _error(f'Unsupported start tag "{name}" {self._at(position)}')
        name = found["name"].lower()
        if found["end"]:
            self._close(name, found["attributes"], position)
        else:
            self._open(name, found["attributes"], position)
        return found.end()

    def _open(self, name: str, attributes: str, position: int) -> None:
        if name not in _KINDS:
            raise _error(f'Unsupported start tag "{name}" {self._at(position)}')
        given: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(attributes):
            key = found[1].lower()
            if key not in _ATTRIBUTES.get(name, set()):
                raise _error(f'Unsupported attribute "{key}" in tag "{name}" {self._at(position)}')
            given[key] = next((value for value in found.groups()[1:] if value is not None), "")
        self._check_nesting(name, position)
        kind, extra = self._meaning(name, given, position)
        self.stack.append(_Open(name, kind, self.length, extra))

    def _meaning(self, name: str, given: dict[str, str], position: int) -> tuple[str, JSONObject]:
        if name == "span" and given.get("class") != "tg-spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" {self._at(position)}')
        if name == "blockquote" and "expandable" in given:
            return "expandable_blockquote", {}
        if name == "code" and "class" in given:
            in_pre = bool(self.stack) and self.stack[-1].tag == "pre"
            if not given["class"].startswith("language-") or not in_pre:
                raise _error(f'Unsupported class in tag "code" {self._at(position)}')
            return "code", {"language": given["class"].removeprefix("language-")}
        if name == "a":
            address = _REFERENCE.sub(
                lambda hit: _NAMED.get(hit[1] or "", hit[0]), given.get("href", "")
            )
            if not usable_address(address):
                raise _error(f'Wrong address "{address}" in tag "a" {self._at(position)}')
            return "text_link", {"url": address}
        return _KINDS[name], {}

    def _check_nesting(self, name: str, position: int) -> None:
        outer = [entry.tag for entry in self.stack]
        clash: str | None = None
        if any(tag in ("code", "pre") for tag in outer):
            if not (name == "code" and outer[-1] == "pre"):
                clash = outer[-1]
        elif name in ("code", "pre"):
            clash = next((tag for tag in outer if tag != "blockquote"), None)
        elif name in ("blockquote", "a"):
            clash = next((tag for tag in outer if tag in (name, "a")), None)
        if clash is not None:
            raise _error(f'Tag "{name}" can\'t be nested in "{clash}" {self._at(position)}')

    def _close(self, name: str, attributes: str, position: int) -> None:
        if not self.stack:
            raise _error(f"Unexpected end tag {self._at(position)}")
        entry = self.stack.pop()
        if entry.tag != name or attributes.strip():
            raise _error(
                f'Unmatched end tag {self._at(position)}, expected "</{entry.tag}>", '
                f'found "</{name}>"'
            )
        span = (entry.start, self.length)
        if name == "code" and self.stack and self.stack[-1].tag == "pre":
            self.stack[-1].inner = span
            self.stack[-1].extra = entry.extra
            return
        if entry.inner is not None and entry.inner != span:
            raise _error(f'Tag "code" must fill its tag "pre" {self._at(position)}')
        if self.length > entry.start:
            length = self.length - entry.start
            self.entities.append(
                {"type": entry.kind, "offset": entry.start, "length": length, **entry.extra}
            )


def usable_address(address: str) -> bool:
    """Whether Telegram would make a link of ``address`` (http, https, tg, mailto, tel)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return "." in (parts.hostname or "") and not re.search(r"\s", address)
    return parts.scheme in ("tg", "mailto", "tel") and bool(parts.netloc or parts.path)
