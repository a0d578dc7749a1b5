"""The guides that are delivered, against the statute texts beside the checkout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from guides.checks.registry import texts
from guides.folder import Folder, read_folder
from guides.texts import Texts, quote

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 21)
COPIED = 15  # as many characters in a row, equal to a statute, are copied
# 300 questions by people who had not read the guides; kept out of all tuning.
QUESTIONS = ROOT / "benchmarks" / "questions.yaml"
_NOT_WORDS = re.compile(r"[\W_]+")


@cache
def folder() -> Folder:
    return read_folder(ROOT / "guides" / "library")


def test_every_citation_opens_its_text(imported: Texts) -> None:
    missing = []
    cited = 0
    for source, guide in folder().read_guides():
        for citation in guide.citations():
            cited += 1
            opened = quote(citation, folder().laws, imported, TODAY)
            if opened.text is None:
                missing.append(f"{source.path.name}: {citation}: {opened.missing}")
    for source, redline in folder().read_redlines():
        for citation in redline.cite:
            opened = quote(citation, folder().laws, imported, TODAY)
            if opened.text is None:
                missing.append(f"{source.path.name}: {citation}: {opened.missing}")
    assert missing == []
    assert cited > 500


def test_no_sentence_is_copied_from_a_statute(imported: Texts) -> None:
    """Official names of laws may be long; everything else is in our own words."""
    laws = [law for law in folder().laws.laws if law.versions]
    runs: set[str] = set()
    for law in laws:
        for version in law.versions:
            for article in imported.all_articles(law, version):
                words = _NOT_WORDS.sub("", article.text)
                runs.update(words[i : i + COPIED] for i in range(len(words) - COPIED + 1))
    names = [
        _NOT_WORDS.sub("", name)
        for law in folder().laws.laws
        for name in (law.title, law.name, "关于" + law.title.partition("关于")[2], *law.short)
    ]
    copied = []
    for name, text in _written():
        words = _NOT_WORDS.sub("", text)
        for known in sorted(names, key=len, reverse=True):
            if len(known) >= COPIED:
                words = words.replace(known, " ")
        for start in range(len(words) - COPIED + 1):
            if words[start : start + COPIED] in runs:
                copied.append(f"{name}: {words[start : start + COPIED]}")
                break
    assert copied == []


def _written() -> Iterator[tuple[str, str]]:
    for source, _ in folder().read_guides():
        for loc, text in texts(source.data):
            if "cite" not in loc:
                yield source.path.name, text
    for source, _ in folder().read_redlines():
        for loc, text in texts(source.data):
            if "cite" not in loc:
                yield source.path.name, text


def test_catalogue_limits_stand_in_their_guide_with_the_same_figures(shared: Path) -> None:
    catalogue = yaml.load(
        (shared / "questions" / "limits.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    library = folder().library().newest()
    compared = 0
    for entry in catalogue["limits"]:
        guide = library.guide(entry["topic"])
        if guide is None:
            continue
        limit = guide.limit(entry["id"])
        assert limit is not None, f"{entry['id']} is not in {guide.id}"
        assert (limit.amount, limit.unit.value, limit.custody, limit.sure) == (
            entry["amount"],
            entry["unit"],
            entry["custody"],
            entry["sure"],
        ), entry["id"]
        assert limit.direction.value == entry.get("direction", "after"), entry["id"]
        tiers = [(t.amount, t.unit.value, t.mode.value) for t in limit.extend]
        assert tiers == [(t["amount"], t["unit"], t["mode"]) for t in entry["extend"]], entry["id"]
        if not limit.sure:
            assert guide.known_gaps, guide.id
        compared += 1
    assert compared > 20


def test_no_evaluation_question_stands_in_the_library_or_the_code(shared: Path) -> None:
    """Nor in the other direction: no file of questions kept for scoring, here or beside."""
    files = [shared / "questions" / "dev_questions.yaml", QUESTIONS]
    questions = [
        q["q"] for path in files for q in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    ]
    known = [text for file in folder().asked for _, text in file.lines]
    known += [said for group in folder().words for said in group.words]
    for path in _sources():
        known += [line.strip() for line in path.read_text("utf-8").split("\n")]
    for question in questions:
        if len(question) >= 10:
            near = process.extractOne(question, known, scorer=fuzz.ratio, score_cutoff=85)
            assert near is None, f"{question} is near {near}"


def _sources() -> list[Path]:
    """Guides, words and code: everything that could have been fitted to a question."""
    code = [path for room in ("guides", "index", "bot") for path in (ROOT / room).rglob("*.py")]
    return [*code, *(ROOT / "guides" / "library").rglob("*.yaml")]


def test_each_guide_says_that_a_second_person_has_read_it() -> None:
    """What its author writes; that it is so only the two of them know."""
    every = list(folder().read_guides())
    assert len(every) > 50
    for source, guide in every:
        notes = [change.note for change in guide.changes]
        assert any("第二人复核" in note for note in notes), source.path.name
