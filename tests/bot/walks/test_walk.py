"""A walk along a guide: its route, its ticks, and a guide that is edited meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.walks.walk import (
    Mark,
    Walk,
    WalkState,
    changes,
    current,
    is_done,
    is_waived,
    open_musts,
    route,
    seen_of,
)
from guides.folder import read_folder
from guides.library import Library
from guides.model import Guide
from guides.parts import Choice, Step
from tests.small_clocks import at

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 21)
NOW = at("11-21 10:00")


@pytest.fixture(scope="module")
def real() -> Library:
    return read_folder(ROOT / "guides" / "library").library().on(TODAY)


@pytest.fixture
def umbrella(library: Path) -> Guide:
    found = read_folder(library).library().guide("umbrella")
    assert found is not None
    return found


def walk(guide: Guide, *marks: str, seen: dict[str, str] | None = None) -> Walk:
    """Marks as 「look」 or 「heavy=重」, a minute apart."""
    made: dict[str, Mark] = {}
    for minute, text in enumerate(marks):
        step, _, choice = text.partition("=")
        made[step] = Mark(step, NOW + timedelta(minutes=minute), choice or None)
    return Walk(
        id="walkwalk",
        person="telegram:1",
        guide=guide.id,
        revision=1,
        label="警情A",
        state=WalkState.OPEN,
        started=NOW,
        changed=NOW,
        seen=seen_of(guide) if seen is None else seen,
        marks=made,
    )


def on_route(guide: Guide, *marks: str) -> list[str]:
    return [step.id for step in route(guide, walk(guide, *marks)).steps]


def next_step(guide: Guide, *marks: str) -> str | None:
    step = current(guide, walk(guide, *marks))
    return step.id if step else None


def with_step(guide: Guide, step: Step) -> Guide:
    """The guide with a step of the same id in the place of the old one."""
    steps = tuple(step if old.id == step.id else old for old in guide.steps)
    return guide.model_copy(update={"steps": steps})


def test_the_route_stops_at_a_question(umbrella: Guide) -> None:
    assert on_route(umbrella) == ["look", "family", "heavy"]
    assert not route(umbrella, walk(umbrella)).ended


def test_an_answer_leads_on(umbrella: Guide) -> None:
    assert on_route(umbrella, "heavy=重") == ["look", "family", "heavy", "carry", "release"]
    light = route(umbrella, walk(umbrella, "heavy=不重"))
    assert [step.id for step in light.steps] == ["look", "family", "heavy", "release"]
    assert light.ended


def test_the_first_unticked_step_is_next(umbrella: Guide) -> None:
    assert next_step(umbrella) == "look"
    assert next_step(umbrella, "family") == "look"
    assert next_step(umbrella, "look", "family") == "heavy"
    assert next_step(umbrella, "look", "family", "heavy=不重") == "release"
    assert next_step(umbrella, "look", "family", "heavy=不重", "release") is None


def test_another_branch_keeps_what_was_ticked_aside(umbrella: Guide) -> None:
    changed = walk(umbrella, "look", "gone", "carry", "heavy=不重")
    way = route(umbrella, changed)
    assert [mark.step for mark in way.aside] == ["gone", "carry"], "the oldest first"
    assert "carry" not in [step.id for step in way.steps]


def test_open_musts(umbrella: Guide) -> None:
    unanswered = open_musts(umbrella, walk(umbrella, "look"))
    assert [step.id for step in unanswered.steps] == ["family"]
    assert not unanswered.ended, "more musts may come behind the question"
    answered = open_musts(umbrella, walk(umbrella, "look", "family", "heavy=重"))
    assert [step.id for step in answered.steps] == ["release"]
    assert answered.ended


def test_what_does_not_apply_is_done_as_long_as_it_may_not_apply(umbrella: Guide) -> None:
    family = umbrella.step("family")
    assert family is not None
    conditional = family.model_copy(update={"only_if": "未成年人"})
    guide = with_step(umbrella, conditional)
    waived = walk(guide, "look", "family=不适用")
    assert is_waived(conditional, waived)
    assert is_done(conditional, waived)
    assert next_step(guide, "look", "family=不适用") == "heavy"
    assert not open_musts(guide, waived).steps
    ticked = walk(guide, "look", "family")
    assert is_done(conditional, ticked)
    assert not is_waived(conditional, ticked)
    # Now the step is for everybody.
    assert next_step(umbrella, "look", "family=不适用") == "family"
    assert [step.id for step in open_musts(umbrella, waived).steps] == ["family"]
    assert [step.text for step, _ in changes(umbrella, waived).reworded] == [family.text]


def test_an_answer_that_is_gone_is_no_answer(umbrella: Guide) -> None:
    heavy = umbrella.step("heavy")
    assert heavy is not None
    offered = (Choice(when="很重", go="carry"), Choice(when="不重", go="release"))
    edited = with_step(umbrella, heavy.model_copy(update={"choices": offered}))
    assert on_route(edited, "look", "family", "heavy=重") == ["look", "family", "heavy"]
    assert next_step(edited, "look", "family", "heavy=重") == "heavy"
    assert on_route(edited, "heavy=不重")[-1] == "release"


def test_a_step_that_became_a_question_is_open_again_and_the_reverse(umbrella: Guide) -> None:
    offered = (Choice(when="有", go="heavy"), Choice(when="没有", go="end"))
    asks = with_step(umbrella, Step(id="family", ask="有家属吗？", choices=offered))
    assert next_step(asks, "look", "family") == "family"
    does = with_step(umbrella, Step(id="heavy", do="称一称"))
    assert next_step(does, "look", "family", "heavy=重") == "heavy"


def test_a_next_that_does_not_exist_ends_nothing(umbrella: Guide) -> None:
    broken = with_step(umbrella, Step(id="family", do="通知", next="nowhere"))
    way = route(broken, walk(broken, "look"))
    assert [step.id for step in way.steps] == ["look", "family"]
    assert not way.ended


def test_a_circle_asks_its_last_question_again(real: Library) -> None:
    """Extended once, the result of the questioning is asked anew."""
    guide = real.guide("continued-questioning")
    assert guide is not None
    asked = {s.id: s.choices[0].when for s in guide.steps if s.choices}
    marks = [f"{s.id}={asked[s.id]}" if s.choices else s.id for s in guide.steps]
    result = guide.step("result")
    assert result is not None
    longer = next(choice.when for choice in result.choices if choice.go == "extend")
    extended = walk(guide, *marks, f"result={longer}")
    way = route(guide, extended)
    assert way.steps[-1].id == "extend"
    assert not way.ended
    assert way.again == result
    assert current(guide, extended) == result
    released = next(choice.when for choice in result.choices if choice.go == "release")
    done = walk(guide, *marks, f"result={released}")
    assert route(guide, done).ended
    assert [mark.step for mark in route(guide, done).aside if mark.step == "extend"]


def test_a_circle_is_gone_round_again_question_by_question(umbrella: Guide) -> None:
    """Not the last one alone: on the second round the first may be answered otherwise."""
    offered = (Choice(when="还有人", go="look"), Choice(when="没有人了", go="release"))
    round_ = with_step(umbrella, Step(id="carry", ask="还有人吗？", choices=offered))

    def asked(*answers: str) -> str:
        again = current(round_, walk(round_, "look", "family", *answers))
        return again.id if again else ""

    assert asked("heavy=重", "carry=还有人") == "heavy"
    assert asked("carry=还有人", "heavy=重") == "carry", "answered anew, it is the next one's turn"


def test_what_changed_since_it_was_seen(umbrella: Guide) -> None:
    seen = seen_of(umbrella)
    same = walk(umbrella, seen=seen)
    assert not changes(umbrella, same)
    old = {**seen, "gone": "旧的一步", "look": "看"}
    del old["carry"]
    found = changes(umbrella, walk(umbrella, seen=old))
    assert [step.id for step in found.added] == ["carry"]
    assert found.removed == (("gone", "旧的一步"),)
    assert [(step.id, words) for step, words in found.reworded] == [("look", "看")]


def test_another_answer_is_another_wording(umbrella: Guide) -> None:
    heavy = umbrella.step("heavy")
    assert heavy is not None
    offered = (Choice(when="很重", go="carry"), *heavy.choices[1:])
    edited = with_step(umbrella, heavy.model_copy(update={"choices": offered}))
    found = changes(edited, walk(umbrella))
    assert [(step.id, words) for step, words in found.reworded] == [
        ("heavy", "伞重不重？（重／不重）")
    ]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_guide_can_be_walked_to_its_end_or_round(real: Library, data: st.DataObject) -> None:
    """Doing what is next, with any answers, always comes to an end or back to a question."""
    guide = data.draw(st.sampled_from(real.guidelines()))
    marks: dict[str, Mark] = {}
    moment: datetime = NOW
    for _ in range(len(guide.steps) + 1):
        going = replace(walk(guide), marks=dict(marks))
        way = route(guide, going)
        ids = [step.id for step in way.steps]
        assert len(set(ids)) == len(ids)
        todo = current(guide, going)
        if todo is None or todo == way.again:
            break
        moment += timedelta(minutes=1)
        whens = [choice.when for choice in todo.choices]
        chosen = data.draw(st.sampled_from(whens)) if whens else None
        marks[todo.id] = Mark(todo.id, moment, chosen)
    else:
        pytest.fail("it never ended")
    assert way.ended != bool(way.again)
    assert all(is_done(step, going) for step in way.steps)
    assert open_musts(guide, going).steps == ()
    assert way.aside == ()
