"""The parts a guide is made of: steps, limits, forms, pitfalls, tables, quiz questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from guides.citation import Citation


def _read_citation(value: Any) -> Any:
    return Citation.parse(value) if isinstance(value, str) else value


Cite = Annotated[
    Citation,
    BeforeValidator(_read_citation),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": "法名#条，例如 治安管理处罚法#97.2"}),
]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# Lengths keep every button address (bot/screens/reply.py) under Telegram's 64 bytes.
GuideId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=32)]
PartId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=24)]
LimitId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=24, strip_whitespace=True)]
Span = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*[mhd]$")]


class Kind(StrEnum):
    GUIDELINE = "guideline"
    SHEET = "sheet"


class Status(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class Circulation(StrEnum):
    OPEN = "open"
    INTERNAL = "internal"


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    MONTH = "month"


UNIT_NAMES = {Unit.HOUR: "小时", Unit.DAY: "日", Unit.WORKDAY: "个工作日", Unit.MONTH: "个月"}


def amount(number: int, unit: Unit) -> str:
    """As it is said: 8小时, 3个工作日; 0 is 立即."""
    return "立即" if number == 0 else f"{number}{UNIT_NAMES[unit]}"


class Direction(StrEnum):
    AFTER = "after"
    BEFORE = "before"


class Roll(StrEnum):
    NONE = "none"
    NEXT_WORKDAY = "next_workday"


class Mode(StrEnum):
    TOTAL = "total"
    ADD = "add"


class ChangeKind(StrEnum):
    NEW = "new"
    AMEND = "amend"
    FIX = "fix"
    RETIRE = "retire"


class Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True
    )


class Period(Part):
    """In force from ``start`` to ``end``, both days included; no end: until further notice."""

    start: date = Field(alias="from")
    end: date | None = Field(default=None, alias="to")

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


_ENDS = "。．.：:，,；;、！？!?"  # what is to be done follows behind a colon


class First(Part):
    """Step ids shown before anything else."""

    do: tuple[PartId, ...] = Field(default=(), max_length=3)
    notify: tuple[PartId, ...] = Field(default=(), max_length=3)


class Prescribed(Part):
    """Words the statute itself prescribes; filled from the imported text."""

    article: Cite


class Choice(Part):
    """``starts``: the limit that begins when this answer is given."""

    when: Text
    go: PartId
    starts: LimitId | None = None


class Step(Part):
    """One thing to do, or (``ask`` with ``choices``) one question that branches.

    ``only_if``: whom or what a thing to do is for, as said before it: 有被害人的.
    """

    id: PartId
    only_if: Condition | None = Field(default=None, alias="if")
    do: Text | None = None
    ask: Text | None = None
    must: bool = False
    say: tuple[Text | Prescribed, ...] = ()
    record: Text | None = None
    form: PartId | None = None
    why: Text | None = None
    cite: tuple[Cite, ...] = ()
    starts: LimitId | None = None
    next: PartId | None = None
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if (self.do is None) == (self.ask is None):
            raise ValueError("每一步写 do（要做的事）或者 ask（要判断的问题），二者只写一个")
        if (self.ask is None) != (not self.choices):
            raise ValueError("ask 与 choices 要一起写：问一个问题，列出至少两个选择")
        if self.choices and self.next:
            raise ValueError("有 choices 的一步不写 next：去向由选择决定")
        if self.choices and len(self.choices) < 2:
            raise ValueError("choices 至少两个")
        if self.only_if and self.ask:
            raise ValueError("ask 的一步不写 if：分情况用 choices")
        if self.only_if and self.only_if[-1] in _ENDS:
            raise ValueError(f"if 末尾不写“{self.only_if[-1]}”：写“有被害人的”这样的半句话")
        return self

    @property
    def text(self) -> str:
        """Its words, with the condition before them: 有被害人的：通知……"""
        words = self.do or self.ask or ""
        return f"{self.only_if}：{words}" if self.only_if else words

    def begins(self) -> Iterator[tuple[str, str]]:
        """(limit id, its words) of every limit that this step or an answer to it starts."""
        if self.starts:
            yield self.starts, self.text
        for choice in self.choices:
            if choice.starts:
                yield choice.starts, f"{self.text} {choice.when}"


class Tier(Part):
    """One extension: ``total`` replaces the amount so far, ``add`` adds to it."""

    amount: int = Field(gt=0)
    unit: Unit
    mode: Mode
    condition: Text
    approver: str = ""


class Limit(Part):
    """A statutory time limit; amount 0 means at once. ``right``: not what the police have to do
    in time but how long a person may apply, sue, state or claim; they may not go by its end early.
    """

    id: LimitId
    label: Text
    amount: int = Field(ge=0)
    unit: Unit
    since: Text = Field(alias="from")
    direction: Direction = Direction.AFTER
    custody: bool = False
    right: bool = False
    roll: Roll = Roll.NONE
    counting: Text
    suspends: tuple[Text, ...] = ()
    extend: tuple[Tier, ...] = ()
    at_end: Text | None = None
    warn_before: tuple[Span, ...] = ()
    sure: bool = True
    cite: tuple[Cite, ...] = ()


class Form(Part):
    id: PartId
    name: Text
    when: Text


class Pitfall(Part):
    wrong: Text
    right: Text
    cite: tuple[Cite, ...] = ()


class Table(Part):
    title: Text
    columns: tuple[Text, ...] = Field(min_length=1)
    rows: tuple[tuple[str, ...], ...] = Field(min_length=1)
    cite: tuple[Cite, ...] = ()

    @model_validator(mode="after")
    def _rows_fit(self) -> Self:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"第 {number} 行有 {len(row)} 格，表头有 {len(self.columns)} 格")
        return self


class Quiz(Part):
    """``answer`` counts from 1."""

    ask: Text
    options: tuple[Text, ...] = Field(min_length=2)
    answer: int = Field(ge=1)
    explain: Text
    cite: tuple[Cite, ...] = ()

    @model_validator(mode="after")
    def _answer_exists(self) -> Self:
        if self.answer > len(self.options):
            raise ValueError(f"answer 是 {self.answer}，而选项只有 {len(self.options)} 个")
        return self


class Change(Part):
    revision: int = Field(ge=1)
    date: date
    kind: ChangeKind
    note: Text
