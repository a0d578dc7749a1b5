"""Short questions inside a guide find the part they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.folder import read_folder
from guides.model import Guide
from index.passages import LONGEST_FOLLOW_UP, Kind, follows, is_elliptic, passages, point


@pytest.fixture
def umbrella(library: Path) -> Guide:
    guide = read_folder(library).library().guide("umbrella")
    assert guide
    return guide


@pytest.mark.parametrize(
    ("question", "kind", "place"),
    [
        ("几个小时", Kind.LIMIT, (0,)),
        ("退伞要几天", Kind.LIMIT, (1,)),
        ("要几个人", Kind.STEP, (3,)),
        ("谁批", Kind.LIMIT, (0,)),
        ("开什么单子", Kind.FORM, (0,)),
        ("有什么坑", Kind.PITFALL, (0,)),
        ("那弄坏了呢", Kind.PITFALL, (0,)),
        ("那家属呢", Kind.STEP, (1,)),
        ("那一人的呢", Kind.ROW, (0, 1)),
    ],
)
def test_what_is_meant(umbrella: Guide, question: str, kind: Kind, place: tuple[int, ...]) -> None:
    pointer = follows(umbrella, question, {})
    assert pointer, question
    assert (pointer.passage.kind, pointer.passage.place) == (kind, place)


def test_a_step_is_found_by_its_condition(umbrella: Guide) -> None:
    assert follows(umbrella, "那冰雹的呢", {}) is None
    step = umbrella.steps[3].model_copy(update={"only_if": "冰雹的"})
    steps = tuple(step if old.id == step.id else old for old in umbrella.steps)
    pointer = follows(umbrella.model_copy(update={"steps": steps}), "那冰雹的呢", {})
    assert pointer
    assert (pointer.passage.kind, pointer.passage.place) == (Kind.STEP, (3,))


def test_when_the_time_is_up(umbrella: Guide) -> None:
    pointer = follows(umbrella, "时间到了咋办", {})
    assert pointer
    assert pointer.at_end
    assert not (follows(umbrella, "几个小时", {}) or pointer).at_end


def test_only_figures_and_deciders_are_numbers(umbrella: Guide) -> None:
    for question, number in (("几个小时", True), ("谁批", True), ("开什么单子", False)):
        pointer = point(umbrella, question)
        assert pointer
        assert pointer.number is number


def test_the_words_of_officers_are_understood(umbrella: Guide) -> None:
    assert follows(umbrella, "那屋头人呢", {}) is None
    pointer = follows(umbrella, "那屋头人呢", {"屋头人": ["家属"]})
    assert pointer
    assert pointer.passage.place == (1,)


@pytest.mark.parametrize(
    "question", ["火星土豆", "那火星呢", "", "？", "通知家属" * LONGEST_FOLLOW_UP]
)
def test_a_matter_of_its_own_is_none(umbrella: Guide, question: str) -> None:
    assert follows(umbrella, question, {}) is None


def test_every_part_can_be_pointed_at(umbrella: Guide) -> None:
    assert {passage.kind for passage in passages(umbrella)} == set(Kind)


def test_what_fits_as_well_stands_beside_it(umbrella: Guide) -> None:
    rows = point(umbrella, "那伞的大小呢")
    assert rows
    assert [passage.place for passage in rows.alike] == [(0, 0), (0, 1)]
    hours = point(umbrella, "几个小时")
    assert hours
    assert (len(hours.alike), hours.figure) == (1, True), "one limit is in hours"


@pytest.mark.parametrize("question", ["那女的呢", "那么孕妇呢？", "未成年呢", "那咋办"])
def test_what_means_nothing_alone(question: str) -> None:
    assert is_elliptic(question)


@pytest.mark.parametrize("question", ["那边打架了", "那人跑了", "传唤多久", "为什么还不放人呢"])
def test_what_is_a_question_of_its_own(question: str) -> None:
    assert not is_elliptic(question)
