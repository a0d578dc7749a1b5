"""Candidates -> answer, choose, unknown or refuse. No answer beats a wrong one.

The thresholds are not written down anywhere: ``calibrate`` finds them for each
release from phrasings that the searched index had not seen, each asked twice, once
with its guide and once as if its guide did not exist (what nobody has written yet
must end in "unknown").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from index.searching import Candidate

MOST_CHOICES = 4
MOST_NEAREST = 5
PRECISION = 0.97  # an answer given alone is right at least this often
UNKNOWN_SHARE = 0.15  # how much an out-of-scope question weighs against an in-scope one
REFUSED_WRONGLY = 0.005  # at most this share of questions about guides may be refused
WORTH_CHOOSING = 0.55  # a choice scores at least this share of the best


class Outcome(StrEnum):
    ANSWER = "answer"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores as ``Candidate.score``; margins as shares of the better score."""

    answer_score: float
    answer_margin: float
    choose_score: float
    refuse_score: float
    refuse_margin: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


# Until a release has enough phrasings to calibrate on: hardly ever answer alone.
CAUTIOUS = Thresholds(0.9, 0.5, 0.35, 0.5, 0.2)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``guides`` best first: the answer and its 另见, the choices, or the nearest."""

    outcome: Outcome
    guides: tuple[Candidate, ...]
    redline: str | None = None


def judge(
    ranked: Sequence[Candidate], is_redline: Callable[[str], bool], thresholds: Thresholds
) -> Judgement:
    guides = [candidate for candidate in ranked if not is_redline(candidate.id)]
    line = next((candidate for candidate in ranked if is_redline(candidate.id)), None)
    nearest = tuple(guides[:MOST_NEAREST])
    if (
        line
        and line.score >= thresholds.refuse_score
        and _lead(line, guides[:1]) >= thresholds.refuse_margin
    ):
        return Judgement(Outcome.REFUSE, nearest, line.id)
    if not guides:
        return Judgement(Outcome.UNKNOWN, ())
    best = guides[0]
    # A redline close behind is doubt as well: it takes part in the margin.
    rivals = [c for c in ranked if c.id != best.id][:1]
    if best.score >= thresholds.answer_score and _lead(best, rivals) >= thresholds.answer_margin:
        return Judgement(Outcome.ANSWER, nearest)
    if best.score >= thresholds.choose_score and len(guides) > 1:
        worth = [c for c in guides[:MOST_CHOICES] if c.score >= WORTH_CHOOSING * best.score]
        return Judgement(Outcome.CHOOSE, tuple(worth if len(worth) > 1 else guides[:2]))
    return Judgement(Outcome.UNKNOWN, nearest)


def _lead(best: Candidate, rivals: Sequence[Candidate]) -> float:
    """By what share of the better score ``best`` leads; negative when it is behind."""
    if not rivals:
        return 1.0
    higher = max(best.score, rivals[0].score)
    return (best.score - rivals[0].score) / higher if higher else 0.0


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One phrasing asked of an index that had not seen it; ``owner`` is what it belongs to."""

    owner: str
    ranked: tuple[Candidate, ...]


def calibrate(held_out: Iterable[HeldOut], is_redline: Callable[[str], bool]) -> Thresholds:
    """Thresholds that answer most while keeping ``PRECISION``; CAUTIOUS without samples."""
    samples = list(held_out)
    about_guides = [s for s in samples if not is_redline(s.owner)]
    if len(about_guides) < 20:
        return CAUTIOUS
    points: list[tuple[float, float, bool, float]] = []  # score, margin, right, weight
    in_scope: list[float] = []
    out_of_scope: list[float] = []
    for sample in about_guides:
        for ranked, known in (
            (sample.ranked, True),
            (tuple(c for c in sample.ranked if c.id != sample.owner), False),
        ):
            guides = [c for c in ranked if not is_redline(c.id)]
            best = guides[0] if guides else None
            score = best.score if best else 0.0
            top = [c.id for c in guides[:MOST_CHOICES]]
            if known and sample.owner in top:
                in_scope.append(score)
            elif not known:
                out_of_scope.append(score)
            if best:
                lead = _lead(best, [c for c in ranked if c.id != best.id][:1])
                right = best.id == sample.owner
                points.append((score, lead, right, 1.0 if known else UNKNOWN_SHARE))
    choose_score = _split(in_scope, out_of_scope)
    # What is not worth offering is not answered either, however far it leads.
    answer_score, answer_margin = _answer_thresholds([p for p in points if p[0] >= choose_score])
    refuse_score, refuse_margin = _refuse_thresholds(samples, is_redline)
    return Thresholds(answer_score, answer_margin, choose_score, refuse_score, refuse_margin)


def _steps(values: Iterable[float], count: int = 40) -> list[float]:
    ordered = sorted(values)
    if not ordered:
        return []
    return sorted({ordered[i * (len(ordered) - 1) // count] for i in range(count + 1)})


def _answer_thresholds(points: list[tuple[float, float, bool, float]]) -> tuple[float, float]:
    best, chosen = 0.0, (CAUTIOUS.answer_score, CAUTIOUS.answer_margin)
    for score in _steps(p[0] for p in points):
        kept = [p for p in points if p[0] >= score]
        for margin in _steps((p[1] for p in kept), 30):
            answered = [p for p in kept if p[1] >= margin]
            right = sum(p[3] for p in answered if p[2])
            if right > best and right >= PRECISION * sum(p[3] for p in answered):
                best, chosen = right, (score, margin)
    return chosen


def _refuse_thresholds(
    samples: list[HeldOut], is_redline: Callable[[str], bool]
) -> tuple[float, float]:
    """Refuse as many unlawful requests as ``REFUSED_WRONGLY`` allows."""
    points: list[tuple[float, float, bool]] = []
    for sample in samples:
        line = next((c for c in sample.ranked if is_redline(c.id)), None)
        guide = [c for c in sample.ranked if not is_redline(c.id)][:1]
        if line:
            points.append((line.score, _lead(line, guide), is_redline(sample.owner)))
    lawful = sum(1 for s in samples if not is_redline(s.owner))
    best, chosen = 0, (CAUTIOUS.refuse_score, CAUTIOUS.refuse_margin)
    for score in _steps(p[0] for p in points):
        for margin in _steps(p[1] for p in points):
            refused = [p for p in points if p[0] >= score and p[1] >= margin]
            wrongly = sum(1 for p in refused if not p[2])
            if wrongly <= REFUSED_WRONGLY * lawful and len(refused) - wrongly > best:
                best, chosen = len(refused) - wrongly, (score, margin)
    return chosen


def _split(in_scope: list[float], out_of_scope: list[float]) -> float:
    """The score that best tells covered from uncovered questions (Youden's index)."""
    if not in_scope or not out_of_scope:
        return CAUTIOUS.choose_score

    def gain(at: float) -> float:
        kept = sum(score >= at for score in in_scope) / len(in_scope)
        passed = sum(score >= at for score in out_of_scope) / len(out_of_scope)
        return kept - passed

    return max(_steps((*in_scope, *out_of_scope), 100), key=gain)
