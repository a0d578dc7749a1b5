"""Text -> tokens: normalised characters and pairs, and the sounds of homophones.

Single Han characters plus adjacent pairs need no dictionary and, measured on short
colloquial police questions, rank better than word segmentation
(docs/decisions/0005-retrieval.md). The same analysis serves guides and questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

LONGEST_QUESTION = 600  # characters that are looked at; the rest of a longer text is dropped

_RUNS = re.compile(r"[㐀-䶿一-鿿]+|[a-z0-9]+")
_FILLERS = re.compile(
    r"请问一?下?|我?想?问一?下|麻烦问?一?下?|帮我?看一?下?|你好|您好|"
    r"那个(?=[那，, 就啥])|就是说|然后呢?|嗯+|呃+|额(?=[，, ])|啊|呀|吧|嘛|哈|哎|诶|唉|"
    r"的话|这边|那边|现在是?|我们这|我这"
)


def normalise(text: str) -> str:
    """NFKC, lower case, no control or direction marks, spaces folded."""
    text = unicodedata.normalize("NFKC", text)
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(kept).lower().split())


def strip_fillers(text: str) -> str:
    """Spoken fillers out, unless nothing else would be left."""
    return _FILLERS.sub("", text).strip() or text


def tokens(text: str) -> Iterator[str]:
    """Characters and pairs of Han runs, whole words of letters and digits; with repeats."""
    for run in _RUNS.findall(normalise(text)):
        if run.isascii():
            yield run
        else:
            yield from run
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def sounds(text: str) -> Iterator[str]:
    """Pairs of toneless syllables, near-homophones merged: 受案会执 sounds like 受案回执."""
    for run in _RUNS.findall(normalise(text)):
        if run.isascii():
            continue
        syllables = [_syllable(char) for char in run]
        yield from (f"{a}'{b}" for a, b in pairwise(syllables))


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    from pypinyin import Style, pinyin  # 160 ms to import: only when a sound is needed

    sound = str(pinyin(char, style=Style.NORMAL, errors="ignore")[0][0]) if char else ""
    return _merge(sound)


def _merge(sound: str) -> str:
    """What dictation and southern keyboards confuse: z/zh, c/ch, s/sh, n/l, -n/-ng."""
    for pair, one in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(pair):
            sound = one + sound[2:]
    if sound.startswith("n"):
        sound = "l" + sound[1:]
    return sound.removesuffix("g") if sound.endswith("ng") else sound
