"""What is left out, and builds that are the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from guides.folder import read_folder
from index.building import entries
from index.calibrating import LEFT_OUT, build_and_ask, leave_out


def test_the_end_of_each_file_is_left_out(library: Path) -> None:
    newest = read_folder(library).library().newest()
    stayed, left = leave_out(newest)
    for entry in entries(newest):
        ends = [text for owner, text in left if owner == entry.id]
        assert (*stayed[entry.id], *ends) == entry.asked
        assert len(ends) == len(entry.asked) // LEFT_OUT


def test_two_builds_are_the_same(library: Path) -> None:
    newest = read_folder(library).library().newest()
    (one, asked), (other, again) = build_and_ask(newest), build_and_ask(newest)
    assert one.classifier
    assert other.classifier
    assert np.array_equal(one.classifier.weights, other.classifier.weights)
    assert asked == again
