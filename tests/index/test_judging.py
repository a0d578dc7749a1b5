"""The four outcomes."""

from __future__ import annotations

import pytest

from index.judging import CAUTIOUS, Chance, Judge, Judgement, Outcome, judge
from index.searching import Candidate, Found

# Signals: share, lead in share, learned, lead in learned; then length or unlawfulness.
BY = Judge(
    right=Chance((0.0, 10.0, 0.0, 0.0, 0.0), -2.0, 0.5),  # leads by 0.2 of share
    known=Chance((10.0, 0.0, 0.0, 0.0, 0.0), -3.0, 0.5),  # share 0.3
    unlawful=Chance((0.0, 10.0, 0.0, 0.0, 0.0), -1.0, 0.9),  # leads by 0.32; doubt from -0.01
)


def found(unlawful: float = 0.0, **shares: float) -> Found:
    ranked = [Candidate(owner, share, share=share) for owner, share in shares.items()]
    return Found(tuple(sorted(ranked, key=lambda c: -c.score)), unlawful, 10)


def is_redline(owner: str) -> bool:
    return owner.startswith("red")


def judged(whole: Found, *parts: Found) -> Judgement:
    return judge(whole, lambda: parts, is_redline, BY)


def test_a_clear_lead_is_answered() -> None:
    judgement = judged(found(a=0.8, b=0.4))
    assert (judgement.outcome, judgement.guides[0].id) == (Outcome.ANSWER, "a")


def test_a_narrow_lead_is_a_choice() -> None:
    judgement = judged(found(a=0.8, b=0.75, c=0.1))
    assert judgement.outcome is Outcome.CHOOSE
    assert [c.id for c in judgement.guides] == ["a", "b"]


def test_a_choice_has_two_to_four_guides() -> None:
    many = judged(found(**{f"g{n}": 0.8 - n / 100 for n in range(9)}))
    assert len(many.guides) == 4
    two = judged(found(a=0.5, red1=0.45, b=0.01))
    assert (two.outcome, len(two.guides)) == (Outcome.CHOOSE, 2)


def test_a_weak_best_is_unknown_with_the_nearest() -> None:
    judgement = judged(found(a=0.2, b=0.1))
    assert (judgement.outcome, len(judgement.guides)) == (Outcome.UNKNOWN, 2)
    assert judged(Found()).outcome is Outcome.UNKNOWN


def test_a_leading_redline_is_refused_and_never_offered() -> None:
    judgement = judged(found(red1=0.9, a=0.5))
    assert (judgement.outcome, judgement.redline) == (Outcome.REFUSE, "red1")
    assert [c.id for c in judgement.guides] == ["a"]


def test_a_redline_close_behind_is_doubt() -> None:
    assert judged(found(a=0.8, red1=0.1)).outcome is Outcome.ANSWER
    close = judged(found(a=0.8, red1=0.75, b=0.1))
    assert close.outcome is Outcome.CHOOSE
    assert not any(is_redline(c.id) for c in close.guides)


def test_an_innocent_question_around_an_unlawful_one_does_not_hide_it() -> None:
    wrapped = found(a=0.5, red1=0.65)
    assert judged(wrapped, found(a=0.9), found(red1=0.9, a=0.1)).outcome is Outcome.REFUSE
    other = judged(wrapped, found(a=0.9), found(red2=0.9, a=0.1))
    assert other.outcome is not Outcome.REFUSE, "a chance likeness that the whole does not share"


def test_two_topics_are_both_offered() -> None:
    judgement = judged(found(c=0.45, a=0.3, b=0.2), found(a=0.9), found(b=0.9))
    assert judgement.outcome is Outcome.CHOOSE
    assert [c.id for c in judgement.guides] == ["a", "b", "c"]
    same = judged(found(a=0.6, b=0.5), found(a=0.9), found(a=0.8))
    assert [c.id for c in same.guides] == ["a", "b"], "two clauses about one thing are one topic"


def test_clauses_are_not_looked_at_when_the_whole_is_certain() -> None:
    def parts() -> list[Found]:
        raise AssertionError

    assert judge(found(a=0.9), parts, is_redline, BY).outcome is Outcome.ANSWER
    assert judge(found(red1=0.9, a=0.1), parts, is_redline, BY).outcome is Outcome.REFUSE


def test_a_judge_is_what_was_stored_of_it() -> None:
    assert Judge.from_dict(CAUTIOUS.as_dict()) == CAUTIOUS
    with pytest.raises(KeyError):
        Judge.from_dict({})


def test_a_chance_stays_between_nothing_and_certainty() -> None:
    assert Chance((1.0,), 0.0, 0.5).of((1e9,)) == pytest.approx(1.0)
    assert Chance((1.0,), 0.0, 0.5).of((-1e9,)) == pytest.approx(0.0)
