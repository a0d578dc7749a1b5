"""What was found -> answer, choose, unknown or refuse. No answer beats a wrong one.

Three logistic models weigh how well the channels fit and agree: is the first guide right,
is the question covered at all, is it unlawful. They and their thresholds are fitted for
each release (``index.fitting``) on phrasings that the searched index had not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import exp, log1p
from typing import Any, TypeAlias

from index.searching import Candidate, Found

MOST_CHOICES = 4
MOST_NEAREST = 5
HINTED = 0.5  # from this chance on, one unlawful clause is enough to refuse the whole
DOUBTFUL = 0.1  # from this chance of being unlawful on, nothing is answered alone
WORTH_CHOOSING = 0.55  # a choice scores at least this share of the best


class Outcome(StrEnum):
    ANSWER = "answer"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    REFUSE = "refuse"


Signals: TypeAlias = tuple[float, ...]
IsRedline: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Chance:
    """A logistic model over signals, and from which chance on (0 to 1) it counts."""

    weights: tuple[float, ...]
    bias: float
    at_least: float

    def of(self, signals: Signals) -> float:
        total = self.bias + sum(w * s for w, s in zip(self.weights, signals, strict=True))
        return 1 / (1 + exp(-max(min(total, 500.0), -500.0)))

    def reached(self, signals: Signals) -> bool:
        return self.of(signals) >= self.at_least


@dataclass(frozen=True, slots=True)
class Judge:
    """``right``: the first guide is it; ``known``: some guide covers the question;
    ``unlawful``: what a redline declines."""

    right: Chance
    known: Chance
    unlawful: Chance

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Judge:
        """TypeError, KeyError or ValueError for anything but what ``as_dict`` made."""
        return cls(
            *(
                Chance(tuple(map(float, part["weights"])), part["bias"], part["at_least"])
                for part in (raw["right"], raw["known"], raw["unlawful"])
            )
        )


# Until a release has enough phrasings to calibrate on: hardly ever answer alone. The scales
# are those of the signals below: share, lead in share, learned, lead in learned, length.
CAUTIOUS = Judge(
    right=Chance((4.0, 8.0, 0.0, 0.0, 0.0), -6.0, 0.75),
    known=Chance((8.0, 0.0, 0.0, 0.0, 0.0), -2.8, 0.5),
    unlawful=Chance((8.0, 4.0, 0.0, 0.0, 0.0), -4.8, 0.5),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``guides`` best first: the answer and its 另见, the choices, or the nearest."""

    outcome: Outcome
    guides: tuple[Candidate, ...]
    redline: str | None = None


def judge(
    found: Found, parts: Callable[[], Sequence[Found]], is_redline: IsRedline, by: Judge
) -> Judgement:
    """``parts``: what is found for each clause, where a question has several; looked at only
    when the whole is in doubt. A clause may show what the whole hints at to be unlawful; two
    with certain answers are two topics."""
    guides = guides_of(found, is_redline)
    nearest = tuple(guides[:MOST_NEAREST])
    line = first_redline(found, is_redline)
    hint = by.unlawful.of(unlawful_signals(found, is_redline)) if line else 0.0
    if line and hint >= by.unlawful.at_least:
        return Judgement(Outcome.REFUSE, nearest, line.id)
    signals = guide_signals(found, is_redline)
    # What is not worth offering is not answered either, however far it leads.
    known = bool(guides) and by.known.reached(signals)
    if known and hint < DOUBTFUL and by.right.reached(signals):
        return Judgement(Outcome.ANSWER, nearest)
    clauses = parts()
    if line and hint >= HINTED and any(_shows(clause, line, is_redline, by) for clause in clauses):
        return Judgement(Outcome.REFUSE, nearest, line.id)
    topics = {c.id: c for clause in clauses if (c := _certain(clause, is_redline, by))}
    if len(topics) > 1:
        chosen = {**topics, **{c.id: c for c in guides}}
        return Judgement(Outcome.CHOOSE, tuple(chosen.values())[:MOST_CHOICES])
    if known and len(guides) > 1:
        best = guides[0]
        worth = [c for c in guides[:MOST_CHOICES] if c.score >= WORTH_CHOOSING * best.score]
        return Judgement(Outcome.CHOOSE, tuple(worth if len(worth) > 1 else guides[:2]))
    return Judgement(Outcome.UNKNOWN, nearest)


def _shows(clause: Found, line: Candidate, is_redline: IsRedline, by: Judge) -> bool:
    same = first_redline(clause, is_redline)
    return bool(same and same.id == line.id) and by.unlawful.reached(
        unlawful_signals(clause, is_redline)
    )


def _certain(part: Found, is_redline: IsRedline, by: Judge) -> Candidate | None:
    guides = guides_of(part, is_redline)
    if not guides:
        return None
    signals = guide_signals(part, is_redline)
    return guides[0] if by.known.reached(signals) and by.right.reached(signals) else None


def guides_of(found: Found, is_redline: IsRedline) -> list[Candidate]:
    return [candidate for candidate in found.candidates if not is_redline(candidate.id)]


def first_redline(found: Found, is_redline: IsRedline) -> Candidate | None:
    return next((c for c in found.candidates if is_redline(c.id)), None)


def guide_signals(found: Found, is_redline: IsRedline) -> Signals:
    """Of the first guide: share, lead in share, learned, lead in learned; and the length.

    A redline close behind is doubt as well: it takes part in the leads.
    """
    best = next((c for c in found.candidates if not is_redline(c.id)), Candidate("", 0.0))
    rivals = [c for c in found.candidates if c is not best]
    return (*_against(best, rivals), log1p(found.length))


def unlawful_signals(found: Found, is_redline: IsRedline) -> Signals:
    """Of the first redline: share, lead over the guides in share, learned and its lead, and
    how much the question sounds like any redline's."""
    line = first_redline(found, is_redline) or Candidate("", 0.0)
    return (*_against(line, guides_of(found, is_redline)), found.unlawful)


def _against(one: Candidate, rivals: Iterable[Candidate]) -> Signals:
    share = learned = 0.0
    for rival in rivals:
        share, learned = max(share, rival.share), max(learned, rival.learned)
    return (one.share, one.share - share, one.learned, one.learned - learned)
