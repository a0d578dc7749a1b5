"""The table of all guides (docs/指引目录.md): what there is, who keeps it, on what law."""

from __future__ import annotations

from collections.abc import Iterator

from guides.library import Library
from guides.model import Guide
from guides.parts import Kind

_HEAD = "| 指引 | id | 编写 | 引用的法律 | 核对 | 复核期限 |\n|---|---|---|---|---|---|"


def contents(library: Library) -> str:
    """Markdown: a table an area, in the order of the menu; redlines at the end."""
    return "\n".join(_lines(library)) + "\n"


def _lines(library: Library) -> Iterator[str]:
    count = len(library.guidelines())
    sheets = [guide for guide in library.guides if guide.kind is Kind.SHEET]
    yield "# 指引目录"
    yield ""
    yield f"共 {count} 份指引、{len(sheets)} 张明白纸、{len(library.redlines)} 条红线。"
    yield "本页由 `python run_bot.py contents` 生成，不要手改。"
    for area in library.areas:
        guides = library.in_area(area.slug)
        if guides:
            yield f"\n## {area.title}\n\n{_HEAD}"
            for guide in guides:
                yield _row(library, guide)
    yield "\n## 明白纸\n\n| 明白纸 | 所属指引 |\n|---|---|"
    for sheet in sheets:
        yield f"| {sheet.title} | {sheet.sheet_of} |"
    yield "\n## 红线\n\n| 红线 | id | 合法的做法 |\n|---|---|---|"
    for redline in library.redlines:
        yield f"| {redline.title} | {redline.id} | {redline.instead or ''} |"


def _row(library: Library, guide: Guide) -> str:
    names: dict[str, None] = {}
    for citation in guide.citations():
        law = library.laws.find(citation.law)
        names[law.name if law else citation.law] = None
    laws = "、".join(names)
    dates = f"{guide.checked_on} | {guide.review_by}"
    return f"| {guide.title} | {guide.id} | {guide.owner} | {laws} | {dates} |"
