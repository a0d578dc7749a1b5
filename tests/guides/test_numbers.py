"""Every number that a guide tells stands in an article it cites, or is explained."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from guides.citation import Citation, chinese_number
from guides.folder import read_folder
from guides.model import Guide
from guides.parts import Unit
from guides.texts import Texts

ROOT = Path(__file__).parents[2]
LIBRARY = read_folder(ROOT / "guides" / "library").library().newest()
TODAY = date(2026, 11, 21)
_NUMERAL = r"\d+|[一二三四五六七八九十百千两]+"
_COUNTED = re.compile(
    rf"({_NUMERAL})\s*(?:周岁|岁|小时|分钟|日|天|个工作日|工作日|个月|月|年|元|万元|次|人|名|倍|%|％|毫克|mg)"
)
_UNITS = {Unit.HOUR: "小时", Unit.DAY: "日", Unit.WORKDAY: "工作日", Unit.MONTH: "月"}


def _value(numeral: str) -> int:
    return chinese_number(numeral.replace("两", "二"))


def _told(text: str) -> set[int]:
    return {_value(found) for found in _COUNTED.findall(text)}


def _in_articles(text: str) -> set[int]:
    found = {_value(word) for word in re.findall(rf"{_NUMERAL}", text)}
    # A year may be told as months; one and two are counting words more than numbers.
    return found | {12 * number for number in found} | {1, 2}


def _parts(guide: Guide) -> Iterator[tuple[str, str, Iterable[Citation]]]:
    for step in guide.steps:
        yield f"step {step.id}", f"{step.text} {step.record or ''} {step.why or ''}", step.cite
    for limit in guide.limits:
        if limit.amount:
            amounts = [f"{limit.amount}{_UNITS[limit.unit]}"]
            amounts += [f"{tier.amount}{_UNITS[tier.unit]}" for tier in limit.extend]
            yield f"limit {limit.id}", " ".join(amounts), limit.cite
    for index, pitfall in enumerate(guide.pitfalls):
        yield f"pitfall {index}", pitfall.right, pitfall.cite


def test_every_number_stands_in_a_cited_article_or_is_explained(imported: Texts) -> None:
    explained = yaml.safe_load(
        (Path(__file__).parent / "numbers_explained.yaml").read_text(encoding="utf-8")
    )
    assert all(entry["why"] for entry in explained)
    known = {(entry["guide"], entry["part"], entry["number"]) for entry in explained}
    unmatched = set()
    told = 0
    for guide in LIBRARY.guides:
        for part, text, cited in _parts(guide):
            articles = ""
            for citation in cited:
                law = LIBRARY.laws.find(citation.law)
                article = imported.article(citation, law, TODAY) if law else None
                articles += article.text if article else ""
            numbers = _told(text)
            told += len(numbers)
            unmatched |= {(guide.id, part, n) for n in numbers - _in_articles(articles)}
    assert unmatched == known, (unmatched - known, known - unmatched)
    assert told > 1000


def test_amounts_are_spoken_too() -> None:
    """8小时 stands in words somewhere, not only in the fields of the limit."""
    silent = []
    for guide in LIBRARY.guides:
        words = " ".join(
            [step.text + (step.why or "") + (step.record or "") for step in guide.steps]
            + [limit.label + limit.counting for limit in guide.limits]
            + [guide.summary]
        )
        spoken = _told(words)
        for limit in guide.limits:
            amounts = {limit.amount} | (
                {limit.amount // 12}
                if limit.unit is Unit.MONTH and limit.amount % 12 == 0
                else set()
            )
            if limit.amount and not amounts & spoken:
                silent.append(f"{guide.id}: {limit.id}")
    assert silent == []


@pytest.mark.parametrize("guide", LIBRARY.guidelines(), ids=lambda guide: guide.id)
def test_a_guide_is_complete(guide: Guide) -> None:
    assert guide.first.do
    assert any(step.must for step in guide.steps)
    assert any(step.say for step in guide.steps)
    assert any(step.record for step in guide.steps)
    assert len(guide.pitfalls) >= 3
    assert all(pitfall.cite for pitfall in guide.pitfalls)
    assert guide.escalate_when
    assert len(guide.quiz) >= 2
    assert all(quiz.cite for quiz in guide.quiz)
    assert guide.see_also
    assert len(guide.asked) >= 60
    without = sum(
        not any(guide.title[i : i + 2] in text for i in range(len(guide.title) - 1))
        for text in guide.asked
    )
    # The lawful twins of unlawful requests name the matter on purpose: they are not counted.
    assert without >= min(len(guide.asked) / 2, 150), "phrasings without a word of the title"


def test_the_catalogue_of_topics_is_covered(shared: Path) -> None:
    topics = yaml.load(
        (shared / "questions" / "topics.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    wanted = {topic["id"] for topic in topics["topics"]} | {
        "theft",
        "missing-person",
        "wanted-person",
        "knives",
        "hotel-registration",
        "case-centre",
        "prosecution-transfer",
        "supervision-handover",
    }
    assert {guide.id for guide in LIBRARY.guidelines()} == wanted
    limits = yaml.load(
        (shared / "questions" / "limits.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    for entry in limits["limits"]:
        found = LIBRARY.limit(entry["id"])
        assert found is not None, entry["id"]
        assert found[0].id == entry["topic"], entry["id"]


def test_redlines_have_phrasings_and_sheets_have_guides() -> None:
    assert len(LIBRARY.redlines) >= 9
    for redline in LIBRARY.redlines:
        assert len(redline.asked) >= 40, redline.id
    sheets = [guide for guide in LIBRARY.guides if guide.sheet_of]
    assert len(sheets) >= 10
    for sheet in sheets:
        assert LIBRARY.guide(sheet.sheet_of or "") is not None


def test_quiz_answers_say_what_the_guide_says() -> None:
    """Each number of a right answer stands in the guide itself, not only in its quiz."""
    strange = []
    for guide in LIBRARY.guidelines():
        words = [guide.summary, *(choice.when for step in guide.steps for choice in step.choices)]
        words += [f"{s.text} {s.record or ''} {s.why or ''} {s.say}" for s in guide.steps]
        words += [f"{x.label} {x.amount}{_UNITS[x.unit]} {x.counting}" for x in guide.limits]
        words += [f"{tier.amount}{_UNITS[tier.unit]}" for x in guide.limits for tier in x.extend]
        words += [f"{pitfall.wrong} {pitfall.right}" for pitfall in guide.pitfalls]
        words += [" ".join(row) for table in guide.tables for row in table.rows]
        told = _in_articles(" ".join(words))
        for number, quiz in enumerate(guide.quiz, start=1):
            if _told(quiz.ask):
                continue  # a sum: its answer is worked out from the numbers of the question
            if unknown := _told(quiz.options[quiz.answer - 1]) - told:
                strange.append(f"{guide.id}, question {number}: {sorted(unknown)}")
    assert strange == []
