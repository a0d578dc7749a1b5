"""The paragraphs of a Word file (.docx): a zip with one XML inside, read with what Python has.

Only words that are seen: no hidden ones, no field codes, no footnotes (they lie in another
part of the zip). A text with changes nobody accepted yet is no text of a law.
docs/decisions/0012-word-files.md.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.etree import ElementTree

from guides.disk import NotRead, Why

MAX_XML = 64 * 1024 * 1024  # the longest code takes 6 MB; a bomb unpacks to gigabytes
SAVE_AS_TEXT = "用 Word 或 WPS 打开，另存为纯文本（.txt，编码选 UTF-8）再导入"
_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHANGES = (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo")
_SPACES = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n"}


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, *_: object) -> None:
        """Word writes none; without one there are no entities that could grow."""
        raise NotRead(Why.TOO_LARGE, "Word 文件的内容不正常（带有 DOCTYPE）", SAVE_AS_TEXT)


def read_word(raw: bytes) -> str:
    """A line a paragraph, those of tables among them; NotRead for what is no Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_DOCUMENT) as file:
            xml = file.read(MAX_XML + 1)
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError) as error:
        wrong = "不是 .docx 文件（也许是旧版 Word 文件改了后缀，或者加了密码）"
        raise NotRead(Why.ENCODING, wrong, SAVE_AS_TEXT) from error
    if len(xml) > MAX_XML:
        raise NotRead(Why.TOO_LARGE, "Word 文件的内容不正常（太大）", SAVE_AS_TEXT)
    lines = [""]
    try:
        body = ElementTree.fromstring(xml, ElementTree.XMLParser(target=_Builder()))  # noqa: S314 - no DTD
        _read(body, lines)
    except NotRead:
        raise
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise NotRead(Why.ENCODING, "Word 文件损坏", SAVE_AS_TEXT) from error
    return "\n".join(lines)


def _read(element: ElementTree.Element, lines: list[str]) -> None:
    """Depth first; a paragraph inside another (a text box) gets lines of its own."""
    for child in element:
        if child.tag in _CHANGES:
            wrong = "Word 文件里有还没有接受的修订，分不清哪些是条文"
            raise NotRead(Why.ENCODING, wrong, "在 Word 里接受（或者拒绝）所有修订，存盘再导入")
        if child.tag == _FALLBACK or _is_hidden(child):
            continue
        if child.tag == f"{_W}p":
            lines.append("")
            _read(child, lines)
            lines.append("")
        elif child.tag == f"{_W}t":
            lines[-1] += child.text or ""
        elif child.tag in _SPACES:
            lines[-1] += _SPACES[child.tag]
        else:
            _read(child, lines)


def _is_hidden(run: ElementTree.Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false")
