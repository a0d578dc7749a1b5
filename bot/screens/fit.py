"""A guide must fit every channel: the check that the screens of this room bring along."""

from __future__ import annotations

from collections.abc import Iterator

from bot.screens.cards import PAGE, block_size
from bot.screens.reply import MAX_ADDRESS, Say, Text
from guides.checks.registry import Context, check
from guides.model import Guide
from guides.problems import Problem
from guides.yaml_source import Loc

MAX_LABEL = 40  # characters of a button that a phone shows on one line


@check("T001")
def screens_fit(context: Context) -> Iterator[Problem]:
    """Pages are cut between items and sentences; a single piece has to fit one page."""
    for source, guide in context.folder.read_guides():
        for loc, size in _pieces(guide):
            if size > PAGE:
                wrong = f"这一段有 {size} 字，手机上一屏放不下（最多 {PAGE} 字）"
                yield context.report(source, loc, "T001", wrong, "拆短，或者分成几项")


@check("T002")
def buttons_fit(context: Context) -> Iterator[Problem]:
    for source, guide in context.folder.read_guides():
        for index, step in enumerate(guide.steps):
            address = f"law/{guide.id}/{step.id}"
            if len(address.encode()) > MAX_ADDRESS:
                wrong = f"指引 id 加步骤 id 太长（{len(address)} 字节，最多 {MAX_ADDRESS}）"
                loc: Loc = ("steps", index, "id")
                yield context.report(source, loc, "T002", wrong, "把步骤 id 改短")
            for number, choice in enumerate(step.choices):
                if len(choice.when) > MAX_LABEL:
                    wrong = f"选项有 {len(choice.when)} 字，按钮上最多 {MAX_LABEL} 字"
                    loc = ("steps", index, "choices", number, "when")
                    yield context.report(source, loc, "T002", wrong, "写短，细节放到 why 里")
        if len(guide.title) > MAX_LABEL:
            wrong = f"标题有 {len(guide.title)} 字，按钮上最多 {MAX_LABEL} 字"
            yield context.report(source, ("title",), "T002", wrong, "写短")


def _pieces(guide: Guide) -> Iterator[tuple[Loc, int]]:
    """Everything that is shown in one piece, with its size."""
    yield ("summary",), block_size(Text(guide.summary))
    for index, step in enumerate(guide.steps):
        said = sum(block_size(Say(said)) for said in step.say if isinstance(said, str))
        told = len(step.text) + len(step.record or "") + len(step.why or "") + said
        yield ("steps", index), told
    for index, pitfall in enumerate(guide.pitfalls):
        yield ("pitfalls", index), len(pitfall.wrong) + len(pitfall.right)
    for index, limit in enumerate(guide.limits):
        yield ("limits", index), len(limit.label) + len(limit.counting) + len(limit.at_end or "")
    for index, table in enumerate(guide.tables):
        for number, row in enumerate(table.rows):
            yield ("tables", index, "rows", number), sum(len(cell) for cell in row)
    for index, text in enumerate(guide.cases):
        yield ("cases", index), len(text)
    for index, text in enumerate(guide.known_gaps):
        yield ("known_gaps", index), len(text)
