"""What the classifier learns, and what it keeps."""

from __future__ import annotations

import numpy as np

from index.analysis import Analyser
from index.classifier import MOST_CLASSES, Classifier, Lessons, train

ASKED = [
    ["黑伞挡路了", "花伞怎么收", "阳伞太重", "大伞要不要退"],
    ["口哨半夜响", "哨子听不清", "吹号扰人", "哨声怎么查"],
    ["顺走那把伞不登记", "偷偷拿回家谁知道", "据为己有行不行啊", "悄悄藏起来别写"],
]
UNLAWFUL = [False, False, True]


def learned(
    asked: list[list[str]], unlawful: list[bool], named: tuple[str, ...] = ()
) -> Classifier:
    made = train(Lessons(asked, unlawful, named), Analyser())
    assert made
    return made


def test_each_class_knows_its_own() -> None:
    classifier = learned(ASKED, UNLAWFUL)
    for owner, texts in enumerate(ASKED):
        for text in texts:
            margins = classifier.score(text)
            assert int(np.argmax(margins[:-1])) == owner
            assert (margins[-1] > 1) == UNLAWFUL[owner], "the last one is any redline"


def test_what_was_never_taught_lies_outside() -> None:
    classifier = learned(ASKED, UNLAWFUL)
    assert classifier.score("zzz").max() < 1
    assert classifier.score("").max() < 1


def test_two_classes_are_told_apart() -> None:
    classifier = learned(ASKED[:2], UNLAWFUL[:2])
    first, second, unlawful = classifier.score("阳伞")
    assert first > second
    assert unlawful == 0, "nothing unlawful was taught"


def test_the_same_phrasings_give_the_same_arrays() -> None:
    one, other = learned(ASKED, UNLAWFUL), learned(ASKED, UNLAWFUL)
    for field in Classifier.__dataclass_fields__:
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_a_topic_that_is_only_named_is_lawful() -> None:
    doubtful = "藏伞"
    before = learned(ASKED, UNLAWFUL).score(doubtful)[-1]
    assert learned(ASKED, UNLAWFUL, (doubtful, "拿伞", "顺伞")).score(doubtful)[-1] < before


def test_what_is_too_short_for_an_aim_teaches_none() -> None:
    short = [*ASKED[:2], ["顺走", "拿回家", "藏起来"]]
    assert learned(short, UNLAWFUL).score("藏起来")[-1] == 0


def test_nothing_to_tell_apart_and_too_much() -> None:
    analyser = Analyser()
    assert train(Lessons([["一把伞"]], [False]), analyser) is None
    many = MOST_CLASSES + 1
    assert train(Lessons([["伞"]] * many, [False] * many), analyser) is None
