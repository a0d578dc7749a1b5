"""What was found -> answer, choose, unknown or refuse. No answer beats a wrong one.

One number decides whether a guide is answered alone: how far it leads (``LEAD``). Three
models fitted on phrasings did worse (docs/decisions/0014-lead.md). A refusal needs an
unlawful aim: what is named alone, and what is too short to have one, is never refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from guides.library import SMALL_TALK
from index.classifier import LONGEST_TOPIC
from index.searching import Candidate, Found

MOST_CHOICES = 4
MOST_NEAREST = 5
LEAD = 0.24  # of the first guide's score: how far the next must stay behind
# What no guide answers, against the nearest guide: from the first on no guide is answered
# alone, from the second on none is offered.
CLOSE, NEARER = 0.9, 1.4
FAINT = 0.35  # a best score below this is chance
WORTH_CHOOSING = 0.5  # a choice scores at least this share of the best
# How much a question sounds like an unlawful request; see ``aim``.
UNLAWFUL = 1.28
DOUBTFUL = 0.5  # from here on, nothing is answered alone
NEARNESS = 0.5  # what the nearness of a redline's phrasings counts in it


class Outcome(StrEnum):
    ANSWER = "answer"
    CHOOSE = "choose"
    UNKNOWN = "unknown"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``guides`` best first: the answer and its 另见, the choices, or the nearest. ``small_talk``:
    no question at all. ``lead``: of the first guide, see ``lead``."""

    outcome: Outcome
    guides: tuple[Candidate, ...]
    redline: str | None = None
    small_talk: bool = False
    lead: float = 0.0


def judge(found: Found, parts: Callable[[], Sequence[Found]]) -> Judgement:
    """The outcome for what was found, and how clear it was.

    ``parts``: what is found for each clause, where a question has several; looked at only
    when the whole is in doubt. Two with clear answers are two topics."""
    judged = _named(found) if found.named else _judged(found, parts)
    return replace(judged, lead=lead(found))


def _judged(found: Found, parts: Callable[[], Sequence[Found]]) -> Judgement:
    nearest = found.guides[:MOST_NEAREST]
    if found.heard and (not nearest or nearest[0].id not in found.heard):
        return _offered(found)
    if is_unlawful(found) and found.redline:
        return Judgement(Outcome.REFUSE, nearest, found.redline.id)
    if is_aside(found):
        talk = found.aside is not None and found.aside.id == SMALL_TALK
        return Judgement(Outcome.UNKNOWN, nearest, small_talk=talk)
    if aim(found) < DOUBTFUL and is_clear(found):
        return Judgement(Outcome.ANSWER, nearest)
    clauses = parts()
    topics = [
        clause.guides[0] for clause in clauses if not is_aside(clause) and lead(clause) >= LEAD
    ]
    if len({topic.id for topic in topics}) > 1:
        chosen = {candidate.id: candidate for candidate in (*topics, *found.guides)}
        return Judgement(Outcome.CHOOSE, tuple(chosen.values())[:MOST_CHOICES])
    if len(found.guides) < 2:
        return Judgement(Outcome.UNKNOWN, nearest)
    best = found.guides[0]
    worth = [c for c in found.guides[:MOST_CHOICES] if c.score >= WORTH_CHOOSING * best.score]
    return Judgement(Outcome.CHOOSE, tuple(worth if len(worth) > 1 else found.guides[:2]))


def lead(found: Found) -> float:
    """How far the first guide leads over the next one, in all and in what phrasings say alone
    (a passage may share a rare word by chance): from 0 (not at all) to 1 (alone)."""
    if not found.guides:
        return 0.0
    best, *others = found.guides
    if not others:
        return 1.0
    nearest = max(other.said for other in others)
    by_phrasings = 1 - nearest / best.said if best.said else 0.0
    return max(min(1 - others[0].score / best.score, by_phrasings), 0.0)


def aim(found: Found) -> float:
    """How much of an unlawful aim is said: 1 is about the border. What the classifier learned
    from unlawful requests and their lawful twins, and whether the phrasings of a redline are
    nearer than those of any guide."""
    if found.redline is None:
        return 0.0
    return found.unlawful + NEARNESS * (found.redline.said - _nearest(found))


def is_unlawful(found: Found) -> bool:
    return aim(found) >= UNLAWFUL and found.length > LONGEST_TOPIC


def is_clear(found: Found) -> bool:
    return lead(found) >= LEAD and not is_aside(found, CLOSE)


def is_aside(found: Found, by: float = NEARER) -> bool:
    """Nothing that a guide answers: phrasings of what none does are nearer, or all is far."""
    if not found.guides or found.guides[0].score < FAINT:
        return True
    return found.aside is not None and found.aside.said >= by * _nearest(found)


def _nearest(found: Found) -> float:
    return max((guide.said for guide in found.guides), default=0.0)


def _offered(found: Found) -> Judgement:
    """What it sounds like first, then what its characters found; alone only what is alone."""
    known = {candidate.id: candidate for candidate in found.guides}
    meant = {owner: known.get(owner, Candidate(owner, 0.0)) for owner in found.heard}
    offered = tuple((meant | known).values())[:MOST_CHOICES]
    return Judgement(Outcome.CHOOSE if len(offered) > 1 else Outcome.ANSWER, offered)


def _named(found: Found) -> Judgement:
    """What is called by its name: one guide is it, several are offered."""
    meant = [c for c in found.guides if c.id in found.named]
    if not meant:
        return Judgement(
            Outcome.UNKNOWN, found.guides[:MOST_NEAREST], small_talk=SMALL_TALK in found.named
        )
    others = [c for c in found.guides if c.id not in found.named]
    if len(meant) == 1:
        return Judgement(Outcome.ANSWER, (*meant, *others)[:MOST_NEAREST])
    return Judgement(Outcome.CHOOSE, tuple(meant)[:MOST_CHOICES])
