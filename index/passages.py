"""A short question inside a guide -> the step, limit, form, pitfall or table row it means.

Lexical and small: the words left after what only says "how long", "how much" or "who",
weighed by how few passages of this guide share them. Quotes nothing itself: it points.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from guides.model import Guide
from guides.parts import Limit, Unit, amount
from index.analysis import normalise, stretches, strip_fillers, tokens

# Characters; longer ones describe a matter of their own.
LONGEST_UNMARKED, LONGEST_FOLLOW_UP = 8, 16
ENOUGH, ENOUGH_UNMARKED = 0.34, 0.6  # share of a question's weight that a passage must hold
ENOUGH_FOR_A_FIGURE = 0.2  # of what is said beside the cue: else any figure would do
CUE_BONUS = 0.35
ALIKE, MOST_ALIKE = 0.05, 8  # fits as well: at most this much behind; so many are shown
LONGEST_SAYING = 8  # characters of an entry of words.yaml


class Kind(StrEnum):
    STEP = "step"
    LIMIT = "limit"
    FORM = "form"
    PITFALL = "pitfall"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Passage:
    """``place`` counts from 0 among its kind; of a row it is (table, row)."""

    kind: Kind
    place: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Cue:
    """A way of asking for something: what it sounds like, which passages can answer it."""

    asked: re.Pattern[str]
    kinds: tuple[Kind, ...]
    holds: re.Pattern[str] | None = None  # what such a passage must say
    number: bool = True


_DURATION = re.compile(r"\d+ ?(小时|分钟|日|天|个?月|年|个工作日)|立即|当场|当日")
_MONEY_OR_DAYS = re.compile(r"\d+ ?(元|分)|罚款|拘留|警告|暂扣|吊销")
_CUES = (
    _Cue(
        re.compile(
            r"几个?(小时|钟头?|天|日|月|工作日)|多久|多长(时间|时候)?|多少(天|小时|时间|个月)|"
            r"什么时候到|啥时候到|时限|期限|时间到|到(时间|点|期)|超(时|期)|最长|顶天"
        ),
        (Kind.LIMIT, Kind.STEP),
        _DURATION,
    ),
    _Cue(
        re.compile(
            r"罚多少|罚几|罚款多少|拘(留)?(几|多少)|怎么罚|咋罚|处罚幅度|多少钱|记几分|扣几分"
        ),
        (Kind.ROW, Kind.STEP),
        _MONEY_OR_DAYS,
    ),
    _Cue(
        re.compile(
            r"(谁|哪个|哪级|哪一级|找谁|啥人|什么人)(来)?(审?批|签字?|同意|定|拍板)|谁(有权|能)(批|定)"
        ),
        (Kind.STEP, Kind.LIMIT, Kind.ROW),
        re.compile(r"批准|审批|负责人|决定"),
    ),
    _Cue(
        re.compile(r"几个人|几个民警|几名|几个警察|多少人|一个人(行|可以|能)|要两个人"),
        (Kind.STEP, Kind.PITFALL),
        re.compile(
            r"[一两二三123] ?(名|个人)|(至少|不少于) ?[一两二三123] ?人|[两二2] ?人以上|单独|独自"
        ),
    ),
    _Cue(
        re.compile(
            r"[开填出]?(什么|啥|哪些|哪个|几张|几份)(表|文书|单子?|手续|材料|证|书|笔录)|[开填](什么|啥)"
        ),
        (Kind.FORM, Kind.STEP),
        number=False,
    ),
    _Cue(
        re.compile(r"容易(错|出错)|(什么|啥|哪些)坑|注意(什么|啥)"), (Kind.PITFALL,), number=False
    ),
)
_UNITS_ASKED = (
    (re.compile(r"(几个?|多少个?)(小时|钟头?)"), (Unit.HOUR,)),
    (re.compile(r"(几|多少)个?(天|日|工作日)"), (Unit.DAY, Unit.WORKDAY)),
    (re.compile(r"(几|多少)个月"), (Unit.MONTH,)),
)
_AT_END = re.compile(
    r"(时间|时限|期限|点|期|钟)(快|要)?到了|到(点|期|时间)了?(咋|怎|还|就)|超(时|期)了?"
)
_MARKS = re.compile(
    r"^(那么?|要是|如果|万一|然后|接下来|接着|还有)|(呢|咋办|咋弄|咋整|怎么办|怎么弄|行不行?|可以[吗不])[?？]?$"
)
_ELLIPTIC = re.compile(r"(?:那么?)?.{1,5}呢[?？]?|那么?(?:怎么|咋)[办弄整][?？]?")
_EMPTY = re.compile(
    r"^那么?|要是|如果|万一|然后|接下来|接着|还有|咋办|咋弄|咋整|怎么办|怎么弄|怎么样|可以|行不行?|"
    r"[呢吗嘛啊呀的了么?？,，。!！]|要|是|有|他|她|这|个|开|填|得|能"
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """``share`` of the words said that the passage holds, ``bonus`` for the kind asked for.

    ``alike``: all of its kind that fit as well, itself first. ``number``: asked for a figure or
    a person who decides; ``few``: all that could answer are among ``alike``; ``marked``:
    phrased as going on; ``at_end``: what happens when a limit runs out.
    """

    passage: Passage
    alike: tuple[Passage, ...]
    share: float
    bonus: float
    number: bool
    few: bool
    marked: bool
    at_end: bool

    @property
    def follows(self) -> bool:
        return self.share + self.bonus >= (ENOUGH if self.marked else ENOUGH_UNMARKED)

    @property
    def figure(self) -> bool:
        """Whether it is the figure, or the person, that was asked for."""
        return self.number and (self.few or self.share >= ENOUGH_FOR_A_FIGURE)


def passages(guide: Guide) -> Iterator[Passage]:
    """Everything of a guide that can be pointed at, with the words it is found by."""
    for place, step in enumerate(guide.steps):
        words = [step.text, step.record or "", *(choice.when for choice in step.choices)]
        yield Passage(Kind.STEP, (place,), " ".join(words))
    for place, limit in enumerate(guide.limits):
        yield Passage(Kind.LIMIT, (place,), _limit_words(limit))
    for place, form in enumerate(guide.forms):
        yield Passage(Kind.FORM, (place,), f"{form.name} {form.when}")
    for place, pitfall in enumerate(guide.pitfalls):
        yield Passage(Kind.PITFALL, (place,), f"{pitfall.wrong} {pitfall.right}")
    for number, table in enumerate(guide.tables):
        for place, row in enumerate(table.rows):
            yield Passage(Kind.ROW, (number, place), f"{table.title} {' '.join(row)}")


def _limit_words(limit: Limit) -> str:
    length = amount(limit.amount, limit.unit)
    tiers = (f"延长 {tier.condition} {tier.approver} 批准" for tier in limit.extend)
    return " ".join((limit.label, length, limit.since, limit.at_end or "", *tiers))


def point(
    guide: Guide, question: str, meant: Mapping[str, Iterable[str]] | None = None
) -> Pointer | None:
    """The passage of ``guide`` that ``question`` asks for, or None. ``meant``: what officers
    say -> what the law says (``words.yaml``)."""
    text = strip_fillers(normalise(question))
    cues = [cue for cue in _CUES if cue.asked.search(text)]
    rest = text
    for cue in cues:
        rest = cue.asked.sub("", rest)
    said = set(_words(_EMPTY.sub("", rest)))
    for word in stretches(text, range(2, LONGEST_SAYING + 1)):
        said.update(token for law in (meant or {}).get(word, ()) for token in _words(law))
    marked = bool(_MARKS.search(text))
    known, rarities = _weighed(guide)
    whole = sum(rarities.get(token, _rarest(len(known))) for token in said)
    ranked: list[tuple[float, float, float, Passage]] = []  # rank, share, bonus
    for passage, tokens_of in known:
        fitting = [cue for cue in cues if _answers(passage, cue)]
        if (cues and not fitting) or not _in_unit(guide, passage, text):
            continue
        shared = sum(rarities[token] for token in said if token in tokens_of)
        share, bonus = shared / whole if whole else 0.0, 0.0
        if fitting:
            bonus = CUE_BONUS if said else 2 * CUE_BONUS  # nothing but the cue was said
            bonus /= 1 + fitting[0].kinds.index(passage.kind)
        if share + bonus > 0:
            ranked.append((share + bonus, share, bonus, passage))
    if not ranked:
        return None
    top, share, bonus, best = max(ranked, key=lambda one: one[0])
    alike = [one for rank, _, _, one in ranked if one.kind is best.kind and rank >= top - ALIKE]
    at_end = best.kind is Kind.LIMIT and bool(_AT_END.search(text))
    if at_end:  # when nobody may be kept longer, that is what is meant
        alike = [p for p in alike if guide.limits[p.place[0]].custody] or alike
        best = alike[0]
    alike = [best, *(passage for passage in alike if passage is not best)][:MOST_ALIKE]
    return Pointer(
        best,
        tuple(alike),
        share,
        bonus,
        number=any(cue.number and _answers(best, cue) for cue in cues),
        few=len(alike) == len(ranked),
        marked=marked or bool(cues and not said),
        at_end=at_end,
    )


def _in_unit(guide: Guide, passage: Passage, text: str) -> bool:
    """A limit in days does not answer 「几个小时」, unless there is none in hours."""
    if passage.kind is not Kind.LIMIT:
        return True
    for said, units in _UNITS_ASKED:
        if said.search(text) and any(limit.unit in units for limit in guide.limits):
            return guide.limits[passage.place[0]].unit in units
    return True


def asks_for_a_figure(question: str) -> bool:
    return any(cue.number and cue.asked.search(question) for cue in _CUES)


def is_elliptic(question: str) -> bool:
    """「那女的呢」: means nothing without what was on the screen."""
    return bool(_ELLIPTIC.fullmatch(normalise(question)))


def follows(guide: Guide, question: str, meant: Mapping[str, Iterable[str]]) -> Pointer | None:
    """As ``point``, for a short question asked while ``guide`` is on the screen; None when it
    rather is a question of its own."""
    text = normalise(question)
    going_on = _MARKS.search(text) or any(cue.asked.search(text) for cue in _CUES)
    if len(text) > (LONGEST_FOLLOW_UP if going_on else LONGEST_UNMARKED):
        return None
    pointer = point(guide, question, meant)
    return pointer if pointer and pointer.follows else None


def _answers(passage: Passage, cue: _Cue) -> bool:
    return passage.kind in cue.kinds and (cue.holds is None or bool(cue.holds.search(passage.text)))


@lru_cache(maxsize=256)
def _weighed(guide: Guide) -> tuple[tuple[tuple[Passage, frozenset[str]], ...], dict[str, float]]:
    known = tuple((passage, frozenset(_words(passage.text))) for passage in passages(guide))
    counts = Counter(token for _, tokens_of in known for token in tokens_of)
    return known, {t: math.log(1 + len(known) / count) for t, count in counts.items()}


def _words(text: str) -> Iterator[str]:
    return tokens(text.replace("小时", "钟头"))  # 小 is small, but not in an hour


def _rarest(count: int) -> float:
    return math.log(1 + count)
