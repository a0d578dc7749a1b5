"""A judge that keeps its promise on what the index had not seen."""

from __future__ import annotations

from index.fitting import PRECISION, HeldOut, calibrate
from index.judging import CAUTIOUS, Outcome, judge
from tests.index.test_judging import found, is_redline


def outcomes(samples: list[HeldOut]) -> list[tuple[HeldOut, Outcome, str]]:
    by = calibrate(samples, is_redline)
    judged = [(s, judge(s.found, list, is_redline, by)) for s in samples]
    return [(s, j.outcome, j.guides[0].id if j.guides else "") for s, j in judged]


def test_too_few_phrasings_stay_cautious() -> None:
    assert calibrate([HeldOut("a", found(a=1.0))], is_redline) == CAUTIOUS


def test_it_answers_only_what_is_right_often_enough() -> None:
    """Right when the lead is wide; below, a coin: the threshold must lie between."""
    sure = [HeldOut("a", found(a=0.9, b=0.3)) for _ in range(100)]
    coin = [HeldOut("a" if n % 2 else "b", found(a=0.4, b=0.3)) for n in range(100)]
    answered = [(s, first) for s, outcome, first in outcomes(sure + coin) if outcome == "answer"]
    assert len(answered) >= 90
    assert sum(first == s.owner for s, first in answered) >= PRECISION * len(answered)


def test_what_nobody_has_written_is_unknown() -> None:
    """Their own guide scores 0.8, the next one 0.2: so that is what an uncovered one scores."""
    samples = [HeldOut("a", found(a=0.8, b=0.2)) for _ in range(60)]
    by = calibrate(samples, is_redline)
    assert judge(found(b=0.2), list, is_redline, by).outcome is Outcome.UNKNOWN
    assert judge(found(a=0.8, b=0.2), list, is_redline, by).outcome is not Outcome.UNKNOWN


def test_hardly_a_lawful_question_is_refused() -> None:
    """Half of the unlawful ones sound like the lawful ones: those are let pass."""
    lawful = [HeldOut("a", found(unlawful=0.5, a=0.5, red1=0.5)) for _ in range(200)]
    alike = [HeldOut("red1", found(unlawful=0.5, a=0.5, red1=0.5)) for _ in range(20)]
    clear = [HeldOut("red1", found(unlawful=2.0, red1=0.9, a=0.2)) for _ in range(20)]
    refused = [s for s, outcome, _ in outcomes(lawful + alike + clear) if outcome == "refuse"]
    assert refused == clear
