"""A Word file for tests: the XML that matters, in a zip."""

from __future__ import annotations

import io
import zipfile
from html import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def word_file(body: str, before: str = "", name: str = "word/document.xml") -> bytes:
    """``body``: what stands in w:body; ``before``: what stands before the root."""
    made = io.BytesIO()
    root = f'<w:document xmlns:w="{_W}" xmlns:mc="{_MC}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/footnotes.xml", f'<w:t xmlns:w="{_W}">脚注</w:t>')
        archive.writestr(name, before + root)
    return made.getvalue()


def as_word(text: str) -> bytes:
    """A paragraph a line."""
    runs = (f"<w:r><w:t>{escape(line)}</w:t></w:r>" for line in text.splitlines())
    return word_file("".join(f"<w:p>{run}</w:p>" for run in runs))
