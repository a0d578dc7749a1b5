"""The four outcomes, and thresholds that keep their promise."""

from __future__ import annotations

from index.judging import (
    CAUTIOUS,
    PRECISION,
    HeldOut,
    Outcome,
    Thresholds,
    calibrate,
    judge,
)
from index.searching import Candidate

AT = Thresholds(
    answer_score=0.5, answer_margin=0.2, choose_score=0.3, refuse_score=0.4, refuse_margin=0.1
)


def found(**scores: float) -> list[Candidate]:
    ranked = [Candidate(owner, score) for owner, score in scores.items()]
    return sorted(ranked, key=lambda c: -c.score)


def is_redline(owner: str) -> bool:
    return owner.startswith("red")


def test_a_clear_lead_is_answered() -> None:
    judged = judge(found(a=0.8, b=0.4), is_redline, AT)
    assert (judged.outcome, judged.guides[0].id) == (Outcome.ANSWER, "a")


def test_a_narrow_lead_is_a_choice() -> None:
    judged = judge(found(a=0.8, b=0.75, c=0.1), is_redline, AT)
    assert judged.outcome is Outcome.CHOOSE
    assert [c.id for c in judged.guides] == ["a", "b"]


def test_a_choice_has_two_to_four_guides() -> None:
    many = judge(found(**{f"g{n}": 0.8 - n / 100 for n in range(9)}), is_redline, AT)
    assert len(many.guides) == 4
    two = judge(found(a=0.4, b=0.01), is_redline, AT)
    assert (two.outcome, len(two.guides)) == (Outcome.CHOOSE, 2)


def test_a_weak_best_is_unknown_with_the_nearest() -> None:
    judged = judge(found(a=0.2, b=0.1), is_redline, AT)
    assert (judged.outcome, len(judged.guides)) == (Outcome.UNKNOWN, 2)
    assert judge([], is_redline, AT).outcome is Outcome.UNKNOWN


def test_a_leading_redline_is_refused_and_never_offered() -> None:
    judged = judge(found(red1=0.8, a=0.5), is_redline, AT)
    assert (judged.outcome, judged.redline) == (Outcome.REFUSE, "red1")
    assert [c.id for c in judged.guides] == ["a"]


def test_a_redline_close_behind_is_doubt() -> None:
    assert judge(found(a=0.8, b=0.1), is_redline, AT).outcome is Outcome.ANSWER
    close = judge(found(a=0.8, red1=0.75, b=0.1), is_redline, AT)
    assert close.outcome is Outcome.CHOOSE
    assert not any(is_redline(c.id) for c in close.guides)


def test_too_few_phrasings_stay_cautious() -> None:
    assert calibrate([HeldOut("a", tuple(found(a=1.0)))], is_redline) == CAUTIOUS


def test_calibration_answers_only_what_is_right_often_enough() -> None:
    """Right when the score is high; below, a coin: the threshold must lie between."""
    sure = [HeldOut("a", tuple(found(a=0.9, b=0.3))) for _ in range(100)]
    coin = [HeldOut("a" if n % 2 else "b", tuple(found(a=0.4, b=0.3))) for n in range(100)]
    at = calibrate(sure + coin, is_redline)
    judged = [(s, judge(s.ranked, is_redline, at)) for s in sure + coin]
    answered = [(s, j) for s, j in judged if j.outcome is Outcome.ANSWER]
    assert len(answered) >= 90
    right = sum(j.guides[0].id == s.owner for s, j in answered)
    assert right >= PRECISION * len(answered)
