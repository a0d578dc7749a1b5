"""No real person in the library: no identity-card, phone, card or plate numbers."""

from __future__ import annotations

from collections.abc import Iterator

from guides.checks.registry import Context, check, texts
from guides.personal import found
from guides.problems import Mark, Problem


@check("G055")
def no_personal_numbers(context: Context) -> Iterator[Problem]:
    mend = "删掉；需要举例时用“张某”“某车”，不写号码"
    sources = [read.source for read in context.folder.guides]
    sources += [read.source for read in context.folder.redlines]
    for source in sources:
        for loc, text in texts(source.data):
            for one in found(text):
                wrong = f"这里像是{one.kind}"
                yield context.report(source, loc, "G055", wrong, mend)
    for file in context.folder.asked:
        for line, text in file.lines:
            for one in found(text):
                yield Problem(file.path, Mark(line), "G055", f"这里像是{one.kind}", mend)
