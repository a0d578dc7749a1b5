"""What the classifier learns, and what it keeps."""

from __future__ import annotations

import numpy as np

from index.analysis import Analyser
from index.classifying import MOST_CLASSES, Classifier, Lesson, prepare, train

ASKED = [
    ["黑伞挡路了", "花伞怎么收", "阳伞太重", "大伞要不要退"],
    ["口哨半夜响", "哨子听不清", "吹号扰人", "哨声怎么查"],
    ["顺走那把伞", "偷偷拿回家", "据为己有行不", "悄悄藏起来"],
]
BODIES = [["收缴雨伞"], ["吹口哨检查"], ["不许私留"]]
UNLAWFUL = [False, False, True]


def lesson(asked: list[list[str]], unlawful: list[bool]) -> Lesson:
    made = prepare(asked, BODIES[: len(asked)], unlawful, Analyser())
    assert made
    return made


def test_each_class_knows_its_own() -> None:
    classifier = train(lesson(ASKED, UNLAWFUL))
    for owner, texts in enumerate(ASKED):
        for text in texts:
            margins = classifier.score(text)
            assert int(np.argmax(margins[:-1])) == owner
            assert (margins[-1] > 1) == UNLAWFUL[owner], "the last one is any redline"


def test_what_was_never_taught_lies_outside() -> None:
    classifier = train(lesson(ASKED, UNLAWFUL))
    assert classifier.score("zzz").max() < 1
    assert classifier.score("").max() < 1


def test_two_classes_are_told_apart() -> None:
    classifier = train(lesson(ASKED[:2], UNLAWFUL[:2]))
    first, second, unlawful = classifier.score("阳伞")
    assert first > second
    assert unlawful == 0, "nothing unlawful was taught"


def test_the_same_phrasings_give_the_same_arrays() -> None:
    one, other = train(lesson(ASKED, UNLAWFUL)), train(lesson(ASKED, UNLAWFUL))
    for field in Classifier.__dataclass_fields__:
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_nothing_to_tell_apart_and_too_much() -> None:
    analyser = Analyser()
    assert prepare([["一把伞"]], [[]], [False], analyser) is None
    many = MOST_CLASSES + 1
    assert prepare([["伞"]] * many, [[]] * many, [False] * many, analyser) is None
