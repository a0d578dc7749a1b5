"""Text -> tokens: normalised characters and pairs, and the sounds of homophones.

Single Han characters plus adjacent pairs need no dictionary and, measured on short
colloquial police questions, rank better than word segmentation
(docs/decisions/0005-retrieval.md). The same analysis serves guides and questions.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from guides.citation import chinese_number

LONGEST_GRAM = 3
LONGEST_QUESTION = 600  # characters that are looked at; the rest of a longer text is dropped

_RUNS = re.compile(r"[㐀-䶿一-鿿]+|[a-z0-9]+")
_BETWEEN = "。"  # no token reaches across it
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_LETTERS = re.compile(r"[a-z](?:[a-z' ]*[a-z])?")
_SYLLABLE = re.compile(
    r"(?:(?:[zcs]h?|[rgkhfw])(?:uang|[aeo]ng|u?an|uai|[eu]n|[ae]i|ao|ou|u[aoi]|[aeiou])"
    r"|[bpmdtnljqxy](?:iang|iong|[aeio]ng|iao|[iu]?an|[eiu]n|[ae]i|ao|ou|i[aeu]|[uv]e|u[oi]|[aeiouv])"
    r"|ang|an|ai|ao|en|er|ei|ou|[aeo])"
)
LONGEST_SYLLABLE = 6  # zhuang
LONGEST_PINYIN = 120  # letters
_UNITS = {
    **dict.fromkeys(("小时", "个小时", "钟头", "个钟头", "个钟"), "h"),
    **dict.fromkeys(("天", "日"), "d"),
    **dict.fromkeys(("个月", "月"), "m"),
    **dict.fromkeys(("元", "块", "块钱"), "y"),
    **dict.fromkeys(("岁", "周岁"), "a"),
    **dict.fromkeys(("人", "个人", "名"), "p"),
    "分钟": "min",
}
_QUANTITY = re.compile(
    r"([0-9]+|[零一二两三四五六七八九十百千]+)("
    + "|".join(sorted(_UNITS, key=len, reverse=True))
    + ")"
)
_BREAKS = re.compile(r"[,.;!?，。；！？、\s]+|还有就?是?|另外|顺便|顺带|再问一?下?")
SHORTEST_CLAUSE, MOST_CLAUSES = 6, 4
_FILLERS = re.compile(
    r"请问一?下?|我?想?问一?下|麻烦问?一?下?|帮我?看一?下?|你好|您好|"
    r"那个(?=[那，, 就啥])|就是说|然后呢?|嗯+|呃+|额(?=[，, ])|啊|呀|吧|嘛|哈|哎|诶|唉|"
    r"的话|这边|那边|现在是?|我们这|我这"
)

# Who asks, or that somebody does: says nothing of what is asked, nor whether it is lawful.
_FRAME = re.compile(
    r"^(?:(?:能不能|可不可以|能)?教教?我(?:几招|一招)?|(?:替|帮)?同事问[,，]?|有没有办法|帮我?看看"
    r"|(?:领导|所长|队长)(?:让我?问?|叫我?问?|问|说)[,，]?|我(?:发小|朋友|战友|同学|想))"
)


def tidy(text: str) -> str:
    """As it was meant, and may be shown: NFKC, no control or direction marks, spaces folded."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(text.split())


def normalise(text: str) -> str:
    """As it is searched for: tidy, in lower case and Simplified characters."""
    text = tidy(text).lower()
    simplifier, changed = _simplifier()
    return text if changed.isdisjoint(text) else simplifier.convert(text)


@cache
def _simplifier() -> tuple[OpenCC, frozenset[str]]:
    """And the characters that it may change: most texts have none, and need not be asked."""
    simplifier, known = OpenCC("t2s"), "".join(map(chr, range(0x3400, 0xA000)))
    alone = zip(known, simplifier.convert(known), strict=True)
    return simplifier, frozenset(before for before, after in alone if before != after)


def strip_fillers(text: str) -> str:
    """Spoken fillers out, and who wants to know, unless nothing else would be left."""
    text = _FRAME.sub("", text) or text
    return _FILLERS.sub("", text).strip() or text


def tokens(text: str, longest: int = 2) -> Iterator[str]:
    """Han runs as characters, pairs ... up to ``longest``; words of letters and digits whole;
    quantities once more as 24h, so that 二十四个钟头 is 24小时. With repeats."""
    text = normalise(text)
    said = list(_quantities(text))
    for run in _RUNS.findall(text):
        if run.isascii():
            said.append(run)
            continue
        said += run
        for size in range(2, longest + 1):  # a release takes millions of them: quickly
            said += map("".join, zip(*(run[start:] for start in range(size)), strict=False))
    return iter(said)


def _quantities(text: str) -> Iterator[str]:
    for amount, unit in _QUANTITY.findall(text):
        yield f"{chinese_number(amount)}{_UNITS[unit]}"


def stretches(text: str, sizes: Iterable[int]) -> Iterable[str]:
    """Every part of ``text`` of these lengths, once: to look up entries of ``words.yaml`` at a
    cost that does not grow with their number."""
    return dict.fromkeys(
        text[start : start + size] for size in sizes for start in range(len(text) - size + 1)
    )


def grams(text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Which characters, pairs and triples (by their CRC-32) stand in ``text``, and how often; and
    how it begins and ends: 能不能先搜 asks, 先搜了再说 tells."""
    text = strip_fillers(normalise(text))
    counted = Counter(map(crc32, map(str.encode, (*tokens(text, LONGEST_GRAM), *_edges(text)))))
    hashes = np.fromiter(counted, dtype=np.uint32, count=len(counted))
    return hashes, np.fromiter(counted.values(), dtype=np.float32, count=len(counted))


def _edges(text: str) -> Iterator[str]:
    runs = _RUNS.findall(text)
    if runs:
        for size in range(1, LONGEST_GRAM + 1):
            yield "^" + runs[0][:size]
            yield runs[-1][-size:] + "$"
        yield text[-1] + "$$"


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a question that could be questions of their own; none when it is but one."""
    parts = [part.strip() for part in _BREAKS.split(normalise(text)[:LONGEST_QUESTION])]
    long_enough = tuple(part for part in parts if len(part) >= SHORTEST_CLAUSE)
    return long_enough[:MOST_CLAUSES] if len(long_enough) > 1 else ()


def sounds(text: str) -> Iterator[str]:
    """Pairs of toneless syllables, near-homophones merged: 受案会执 sounds like 受案回执, and so
    does shouanhuizhi."""
    text = normalise(text)
    for run in _HAN.findall(text):
        yield from _pairs(map(_syllable, run))
    # Typed in pinyin, with or without blanks between the syllables.
    for run in _LETTERS.findall(text):
        yield from _pairs([_merge(syllable) for syllable in _spelt(run[:LONGEST_PINYIN])])


def _pairs(syllables: Iterable[str]) -> Iterator[str]:
    return (f"{a}'{b}" for a, b in pairwise(syllables) if a and b)


def _spelt(words: str) -> list[str]:
    """The syllables of words in pinyin; none when one of them is no pinyin."""
    parts = [_syllables(word.replace("'", "")) for word in words.split()]
    return [syllable for part in parts for syllable in part or ()] if all(parts) else []


@lru_cache(maxsize=8192)
def _syllables(word: str) -> tuple[str, ...] | None:
    """The longest ones first, and back where the rest is none: xianguo is xian guo."""
    if not word:
        return ()
    for size in range(min(len(word), LONGEST_SYLLABLE), 0, -1):
        rest = _syllables(word[size:]) if _SYLLABLE.fullmatch(word[:size]) else None
        if rest is not None:
            return (word[:size], *rest)
    return None


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    # Single characters need no phrases, which are most of the 160 ms and 50 MB of the import.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    known = pinyin(char, style=Style.NORMAL, errors="ignore")
    return _merge(str(known[0][0])) if known else ""


def _merge(sound: str) -> str:
    """What dictation and southern keyboards confuse: z/zh, c/ch, s/sh, n/l, -n/-ng."""
    for pair, one in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(pair):
            sound = one + sound[2:]
    if sound.startswith("n"):
        sound = "l" + sound[1:]
    return sound.removesuffix("g") if sound.endswith("ng") else sound


class Analyser:
    """Takes texts apart into numbers: places of tokens and sounds in ``words``. Phrasings are
    taken apart once, however many indexes are built of them."""

    def __init__(self) -> None:
        self._places: defaultdict[str, int] = defaultdict()
        self._places.default_factory = self._places.__len__
        self._grams: dict[str, tuple[NDArray[np.uint32], NDArray[np.float32]]] = {}

    @property
    def words(self) -> list[str]:
        return list(self._places)

    def tokens(self, texts: Iterable[str]) -> NDArray[np.int64]:
        """Of all ``texts`` together."""
        return self._numbers(tokens(_BETWEEN.join(texts)))

    def sounds(self, texts: Iterable[str]) -> NDArray[np.int64]:
        return self._numbers(sounds(_BETWEEN.join(texts)))

    def grams(self, text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        if (known := self._grams.get(text)) is None:
            known = self._grams[text] = grams(text)
        return known

    def _numbers(self, words: Iterator[str]) -> NDArray[np.int64]:
        return np.array([self._places[word] for word in words], dtype=np.int64)
