"""BM25 over arrays is BM25."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from guides.folder import read_folder
from index.builder import build, open_index, save
from index.postings import K1, Postings

DOCUMENTS = [["a", "b", "a"], ["b", "c"], [], ["a"] * 9 + ["d"]]


def by_hand(tokens: dict[str, float], b: float) -> list[float]:
    """The formula written out for each document."""
    mean = sum(map(len, DOCUMENTS)) / len(DOCUMENTS)
    scores = []
    for document in DOCUMENTS:
        norm = 1 - b + b * len(document) / mean
        score = 0.0
        for token, weight in tokens.items():
            frequency = sum(token in other for other in DOCUMENTS)
            rarity = math.log(len(DOCUMENTS) / (frequency + 1)) + 1
            count = document.count(token)
            score += weight * rarity * count * (K1 + 1) / (count + K1 * norm)
        scores.append(score)
    return scores


@pytest.mark.parametrize("b", [0.0, 0.75])
def test_scores(b: float) -> None:
    tokens = {"a": 1.0, "c": 0.5, "nowhere": 1.0}
    assert Postings.build(DOCUMENTS, b).score(tokens) == pytest.approx(by_hand(tokens, b), rel=1e-5)


def test_what_stands_where() -> None:
    postings = Postings.build(DOCUMENTS, 0.0)
    assert list(postings.holders("a")) == [0, 3]
    assert postings.frequency("b") == 2
    assert list(postings.holders("nowhere")) == []
    assert postings.rarity("nowhere") > postings.rarity("c") > postings.rarity("a")


def test_an_index_reads_back_equal(tmp_path: Path, library: Path) -> None:
    made = build(read_folder(library).library().newest())
    save(made, tmp_path)
    again = open_index(tmp_path)
    assert again.ids == made.ids
    for name, field in made.fields.items():
        other = again.fields[name]
        assert other.tokens == field.tokens
        for part in ("starts", "docs", "counts", "norms"):
            assert np.array_equal(getattr(other, part), getattr(field, part))


def test_nothing_to_index_scores_nothing() -> None:
    assert list(Postings.build([], 0.75).score({"a": 1.0})) == []
