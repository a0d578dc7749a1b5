"""How officers ask: enough phrasings, and each belongs to one guide."""

from __future__ import annotations

from collections.abc import Iterator

from guides.checks.registry import Context, check
from guides.folder import ASKED
from guides.parts import Kind
from guides.problems import Mark, Problem, Severity
from guides.words import LONGEST_NAME, same_words

AT_LEAST, SHOULD_HAVE, LONGEST = 12, 40, 200


@check("G051")
def there_are_enough_phrasings(context: Context) -> Iterator[Problem]:
    owners = [(s, g.id) for s, g in context.folder.current() if g.kind is Kind.GUIDELINE]
    owners += [(s, r.id) for s, r in context.folder.read_redlines()]
    for source, owner in owners:
        file = context.folder.asked_by_id.get(owner)
        count = len({same_words(text) for text in file.phrasings}) if file else 0
        if count >= SHOULD_HAVE:
            continue
        path = file.path if file else context.folder.root / ASKED / f"{owner}.txt"
        severity = Severity.ERROR if count < AT_LEAST else Severity.WARNING
        wrong = f"{owner} 只有 {count} 句问法"
        mend = f"至少写 {AT_LEAST} 句，最好 {SHOULD_HAVE} 句以上，一行一句，照民警的说法写"
        yield Problem(path if file else source.path, Mark(), "G051", wrong, mend, severity)


@check("G052")
def a_phrasing_belongs_to_one_guide(context: Context) -> Iterator[Problem]:
    """But a word may mean several guides: then each is offered."""
    first: dict[str, tuple[str, int]] = {}
    guides, _ = context.folder.ids
    for file in context.folder.asked:
        for line, text in file.lines:
            words = same_words(text)
            owner, where = first.setdefault(words, (file.id, line))
            if owner != file.id:
                if len(words) <= LONGEST_NAME and {owner, file.id} <= guides:
                    continue
                wrong = f"“{text}”也写在 {owner}.txt 第 {where} 行"
                mend = "只留在最该回答它的一份里"
                yield Problem(file.path, Mark(line), "G052", wrong, mend)
            elif where != line:
                wrong = f"“{text}”与第 {where} 行重复"
                yield Problem(file.path, Mark(line), "G052", wrong, "删掉一行", Severity.WARNING)
            if len(text) > LONGEST:
                wrong = f"这一句有 {len(text)} 字"
                mend = f"一行一句，最多 {LONGEST} 字"
                yield Problem(file.path, Mark(line), "G052", wrong, mend, Severity.WARNING)
