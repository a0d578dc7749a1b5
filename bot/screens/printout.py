"""Plain text as a page to print: one file that needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

_HEADING = re.compile(r"【[^【】]+】")
_STYLE = """\
@page { size: A4; margin: 20mm 18mm; }
body {
  margin: 0 auto; max-width: 174mm; padding: 1rem; background: #fff; color: #000;
  font: 12pt/1.6 "Noto Serif CJK SC", "Songti SC", SimSun, serif;
}
h1 { font-size: 16pt; margin: 0 0 6pt; }
h2 { font-size: 12pt; margin: 12pt 0 3pt; break-after: avoid; }
p { margin: 0; min-height: 1em; white-space: pre-wrap; overflow-wrap: anywhere; }
p, h2 { break-inside: avoid; }
@media print { body { padding: 0; max-width: none; } }
"""


def as_page(text: str, title: str) -> str:
    """A whole HTML page of ``text`` as ``bot.screens.record.as_text`` makes it: its first line the
    heading, 【…】 alone on a line a heading below it. Without scripts, everything escaped;
    ``title`` is the name of the window and of what it is saved as."""
    first, _, rest = text.strip("\n").partition("\n")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="zh-CN">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{escape(first)}</h1>",
            *_lines(rest),
            "</body>",
            "</html>",
            "",
        ]
    )


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        tag = "h2" if _HEADING.fullmatch(line) else "p"
        yield f"<{tag}>{escape(line)}</{tag}>"
