"""The four outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guides.library import NOT_COVERED, SMALL_TALK
from index.classifier import LONGEST_TOPIC
from index.judging import UNLAWFUL, Judgement, Outcome, judge, lead
from index.searching import Candidate, Found


def found(
    unlawful: float = 0.0,
    aside: float = 0.0,
    talk: bool = False,
    named: Sequence[str] = (),
    heard: Sequence[str] = (),
    length: int = 10,
    **scores: float,
) -> Found:
    ranked = sorted((Candidate(o, s, said=s) for o, s in scores.items()), key=lambda c: -c.score)
    return Found(
        guides=tuple(ranked),
        redline=Candidate("steal", 1.0, said=max(scores.values(), default=0.0)),
        aside=Candidate(SMALL_TALK if talk else NOT_COVERED, aside, said=aside) if aside else None,
        unlawful=unlawful,
        length=length,
        named=tuple(named),
        heard=tuple(heard),
    )


def judged(whole: Found, *parts: Found) -> Judgement:
    return judge(whole, lambda: parts)


def test_a_clear_lead_is_answered() -> None:
    judgement = judged(found(a=1.0, b=0.5))
    assert (judgement.outcome, judgement.guides[0].id) == (Outcome.ANSWER, "a")
    assert judgement.lead == 0.5
    assert judged(found(a=1.0)).outcome is Outcome.ANSWER, "nothing else comes near"


def test_a_narrow_lead_is_a_choice_that_begins_with_the_best() -> None:
    judgement = judged(found(a=0.8, b=0.75, c=0.1))
    assert judgement.outcome is Outcome.CHOOSE
    assert [c.id for c in judgement.guides] == ["a", "b"]


def test_a_choice_has_two_to_four_guides() -> None:
    many = judged(found(a=0.8, b=0.79, c=0.78, d=0.77, e=0.76, f=0.75))
    assert (many.outcome, len(many.guides)) == (Outcome.CHOOSE, 4)


def test_what_shares_next_to_nothing_is_unknown_with_the_nearest() -> None:
    judgement = judged(found(a=0.2, b=0.1))
    assert (judgement.outcome, len(judgement.guides)) == (Outcome.UNKNOWN, 2)
    assert judged(Found()).outcome is Outcome.UNKNOWN
    assert lead(Found()) == 0


def test_what_no_guide_answers_is_never_answered_alone() -> None:
    assert judged(found(a=1.0, b=0.5, aside=0.5)).outcome is Outcome.ANSWER
    close = judged(found(a=1.0, b=0.5, aside=1.0))
    assert close.outcome is Outcome.CHOOSE, "perhaps a guide's matter: offered, not answered"
    nearer = judged(found(a=1.0, b=0.5, aside=1.5))
    assert nearer.outcome is Outcome.UNKNOWN
    assert not nearer.small_talk
    assert judged(found(a=1.0, aside=1.5, talk=True)).small_talk


def test_an_unlawful_aim_is_refused_whatever_leads() -> None:
    judgement = judged(found(unlawful=2.0, a=1.0, b=0.2))
    assert (judgement.outcome, judgement.redline) == (Outcome.REFUSE, "steal")
    assert [c.id for c in judgement.guides] == ["a", "b"], "the lawful way stays at hand"


def test_what_a_slip_sounds_like_is_offered_first() -> None:
    judgement = judged(found(heard=["b"], a=1.0, b=0.2))
    assert judgement.outcome is Outcome.CHOOSE, "characters say a, alone: not sure enough"
    assert [c.id for c in judgement.guides] == ["b", "a"]
    agreed = judged(found(heard=["a"], a=1.0, b=0.2))
    assert (agreed.outcome, agreed.guides[0].id) == (Outcome.ANSWER, "a")
    unseen = judged(found(heard=["b"]))
    assert (unseen.outcome, unseen.guides[0].id) == (Outcome.ANSWER, "b")


def test_what_is_too_short_for_an_aim_is_never_refused() -> None:
    assert judged(found(unlawful=9.0, length=LONGEST_TOPIC, a=1.0)).outcome is not Outcome.REFUSE


def test_what_the_library_names_is_never_refused() -> None:
    judgement = judged(found(unlawful=9.0, named=["b"], a=1.0, b=0.2))
    assert (judgement.outcome, judgement.guides[0].id) == (Outcome.ANSWER, "b")


def test_a_word_that_means_several_guides_offers_each() -> None:
    judgement = judged(found(named=["b", "c"], a=1.0, b=0.4, c=0.5))
    assert judgement.outcome is Outcome.CHOOSE
    assert [c.id for c in judgement.guides] == ["c", "b"]


def test_what_is_small_talk_to_the_letter_is_no_question() -> None:
    judgement = judged(found(named=[SMALL_TALK], a=1.0))
    assert (judgement.outcome, judgement.small_talk) == (Outcome.UNKNOWN, True)


def test_a_redline_that_is_nearer_than_any_guide_counts() -> None:
    asked = found(unlawful=UNLAWFUL - 0.2, a=0.4)
    assert judged(asked).outcome is not Outcome.REFUSE
    nearer = replace(asked, redline=Candidate("steal", 1.0, said=1.0))
    assert judged(nearer).outcome is Outcome.REFUSE
    assert judged(replace(asked, redline=None)).outcome is not Outcome.REFUSE


def test_a_lead_by_a_passage_alone_is_a_choice() -> None:
    by_passage = found(a=1.0, b=0.5)
    first, second = by_passage.guides
    same = (replace(first, said=0.4), replace(second, said=0.4))
    assert judged(replace(by_passage, guides=same)).outcome is Outcome.CHOOSE


def test_a_doubt_whether_it_is_lawful_answers_nothing_alone() -> None:
    assert judged(found(unlawful=1.0, a=1.0, b=0.2)).outcome is Outcome.CHOOSE


def test_two_topics_are_both_offered() -> None:
    judgement = judged(found(c=0.45, a=0.4, b=0.38), found(a=0.9), found(b=0.9))
    assert judgement.outcome is Outcome.CHOOSE
    assert [c.id for c in judgement.guides] == ["a", "b", "c"]
    same = judged(found(a=0.6, b=0.55), found(a=0.9), found(a=0.8))
    assert [c.id for c in same.guides] == ["a", "b"], "two clauses about one thing are one topic"
