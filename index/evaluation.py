"""Question files -> score tables: how often the right guide is found, and how wrong it goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from guides.disk import NotRead, read_text
from index.answers import Answer
from index.judging import Outcome

MAX_BYTES = 16 * 1024 * 1024
_SHEETS = (".csv", ".tsv", ".xls", ".xlsx", ".et")
SEED, RESAMPLES = 20260101, 1000
LEADS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


@dataclass(frozen=True)
class Question:
    """``ids`` right guides, the first the best; empty: no guide may answer it."""

    text: str
    ids: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Scored:
    question: Question
    answer: Answer

    @property
    def rank(self) -> int | None:
        """Place of the first right guide, from 1."""
        for place, ranked in enumerate(self.answer.guides, start=1):
            if ranked.guide.id in self.question.ids:
                return place
        return None

    @property
    def certain_and_wrong(self) -> bool:
        return self.answer.outcome is Outcome.ANSWER and self.rank != 1

    @property
    def shown(self) -> bool:
        """The right guide stands on the screen: answered, or among the choices."""
        if self.answer.outcome is Outcome.ANSWER:
            return self.rank == 1
        return self.answer.outcome is Outcome.CHOOSE and self.rank is not None


def read_questions(path: Path) -> list[Question]:
    """YAML with ``- q: ...`` entries (``ids``, ``kind``, others ignored), or plain lines.

    ValueError says which entry is wrong.
    """
    if path.suffix.lower() in _SHEETS:
        raise ValueError(f"{path}：表格读不了；把问题一列复制到 .txt 文件，一行一句")
    try:
        text = read_text(path, MAX_BYTES).removeprefix("\ufeff")
    except NotRead as error:
        raise ValueError(f"{path}：{error}") from error
    if path.suffix.lower() not in (".yaml", ".yml") and not text.lstrip().startswith("- q:"):
        lines = (line.strip() for line in text.splitlines())
        return [Question(line, (), "") for line in lines if line and not line.startswith("#")]
    loaded: Any = yaml.load(text, Loader=yaml.CSafeLoader)
    if loaded is None:
        return []
    if not isinstance(loaded, list):
        raise ValueError(f"{path}：应是“- q: 问题”的列表")
    questions = []
    for number, entry in enumerate(loaded, start=1):
        if not isinstance(entry, Mapping) or "q" not in entry:
            raise ValueError(f"{path}：第 {number} 项没有 q；写成“- q: 问题”")
        ids = tuple(str(i) for i in entry.get("ids") or ())
        questions.append(Question(str(entry["q"]), ids, str(entry.get("kind") or "")))
    return questions


def answerable(questions: Iterable[Question], guides: Callable[[str], bool]) -> list[Question]:
    """Drop questions whose guides are not written yet; those without a guide stay."""
    return [q for q in questions if not q.ids or any(guides(i) for i in q.ids)]


def table(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Figures for each kind and for all in scope: shares from 0 to 1, ``n`` a count."""
    kinds: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        kinds[one.question.kind or "-"].append(one)
        if one.question.ids:
            kinds["in scope"].append(one)
    return {kind: _figures(group) for kind, group in sorted(kinds.items())}


def interval(hits: Sequence[bool]) -> tuple[float, float]:
    """The middle 95 % of the share of hits over resamples of the questions (bootstrap)."""
    drawn = np.random.default_rng(SEED).choice(np.array(hits, dtype=float), (RESAMPLES, len(hits)))
    low, high = np.quantile(drawn.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def outcomes(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Precision and recall of declining: ``refuse`` and ``unknown`` against their kinds."""
    told: dict[str, dict[str, float]] = {}
    for outcome in (Outcome.REFUSE, Outcome.UNKNOWN):
        given = [one for one in scored if one.answer.outcome is outcome]
        due = [one for one in scored if one.question.kind == outcome.value]
        right = sum(one.answer.outcome is outcome for one in due)
        told[outcome.value] = {
            "precision": right / len(given) if given else 1.0,
            "recall": right / len(due) if due else 1.0,
        }
    return told


def _figures(group: Sequence[Scored]) -> dict[str, float]:
    given = Counter(one.answer.outcome for one in group)
    total = len(group)
    figures = {"n": float(total)}
    if any(one.question.ids for one in group):
        ranks = [one.rank for one in group]
        for most in (1, 3):
            hits = [rank is not None and rank <= most for rank in ranks]
            figures[f"hit@{most}"] = sum(hits) / total
            figures[f"hit@{most} low"], figures[f"hit@{most} high"] = interval(hits)
        figures["mrr"] = sum(1 / rank for rank in ranks if rank) / total
        figures["shown"] = sum(one.shown for one in group) / total
    figures["certain and wrong"] = sum(one.certain_and_wrong for one in group) / total
    for outcome in Outcome:
        figures[outcome.value] = given[outcome] / total
    return figures


def curve(scored: Iterable[Scored]) -> list[tuple[float, float, float]]:
    """(lead asked for, share answered alone, share answered wrongly) of the questions in scope:
    what another ``LEAD`` would give. Those that are not a matter of the lead stay as they are."""
    asked = [one for one in scored if one.question.ids]
    may = [one for one in asked if one.answer.outcome in (Outcome.ANSWER, Outcome.CHOOSE)]
    rows = []
    for least in LEADS:
        alone = [one for one in may if one.answer.lead >= least]
        wrong = sum(one.rank != 1 for one in alone)
        rows.append((least, len(alone) / max(len(asked), 1), wrong / max(len(asked), 1)))
    return rows


def refusals(scored: Iterable[Scored]) -> dict[str, dict[str, int]]:
    """Redline -> how many questions it refused, of each kind."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in scored:
        if one.answer.redline:
            counted[one.answer.redline.id][one.question.kind or "-"] += 1
    return {redline: dict(kinds) for redline, kinds in sorted(counted.items())}


def confusions(scored: Iterable[Scored]) -> list[tuple[str, str, int]]:
    """(right guide, guide put first instead, how often), most often first."""
    pairs = Counter(
        (one.question.ids[0], one.answer.guides[0].guide.id)
        for one in scored
        if one.question.ids and one.rank != 1 and one.answer.guides
    )
    return [(right, first, count) for (right, first), count in pairs.most_common()]
