"""The immutable shape of everything legal staff write.

Field names, ids and enumerations are the file format (docs/指引编写手册.md explains
them); ``guide.schema.json`` is generated from here. Shape and type only: what a
field means beside the other files is checked in ``guides.checks``.
"""

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
# Lengths keep every button address (bot/replies.py) under Telegram's 64 bytes.
GuideId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=32)]
PartId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=24)]
LimitId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
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


class First(Part):
    """Step ids shown before anything else."""

    do: tuple[PartId, ...] = Field(default=(), max_length=3)
    notify: tuple[PartId, ...] = Field(default=(), max_length=3)


class Prescribed(Part):
    """Words the statute itself prescribes; filled from the imported text."""

    article: Cite


class Choice(Part):
    when: Text
    go: PartId


class Step(Part):
    """One thing to do, or (``ask`` with ``choices``) one question that branches."""

    id: PartId
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
        return self

    @property
    def text(self) -> str:
        return self.do or self.ask or ""


class Tier(Part):
    """One extension: ``total`` replaces the amount so far, ``add`` adds to it."""

    amount: int = Field(gt=0)
    unit: Unit
    mode: Mode
    condition: Text
    approver: str = ""


class Limit(Part):
    """A statutory time limit; amount 0 means at once."""

    id: LimitId
    label: Text
    amount: int = Field(ge=0)
    unit: Unit
    since: Text = Field(alias="from")
    direction: Direction = Direction.AFTER
    custody: bool = False
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


class Guide(Part):
    """One guideline, or (``sheet``) the one page 要 / 不要 / 牢记 that belongs to it."""

    id: GuideId
    title: Text
    area: GuideId
    kind: Kind
    status: Status
    circulation: Circulation = Circulation.OPEN
    in_force: Period
    revision: int = Field(ge=1)
    owner: Text
    checked_on: date
    review_by: date
    summary: Text
    sheet_of: GuideId | None = None
    first: First = First()
    steps: tuple[Step, ...] = ()
    dos: tuple[Text, ...] = ()
    donts: tuple[Text, ...] = ()
    remember: tuple[Text, ...] = ()
    limits: tuple[Limit, ...] = ()
    forms: tuple[Form, ...] = ()
    interview: tuple[Text, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()
    tables: tuple[Table, ...] = ()
    cases: tuple[Text, ...] = ()
    escalate_when: tuple[Text, ...] = ()
    quiz: tuple[Quiz, ...] = ()
    see_also: tuple[GuideId, ...] = ()
    known_gaps: tuple[Text, ...] = ()
    replaces: tuple[GuideId, ...] = ()
    replaced_by: GuideId | None = None
    retired_because: Text | None = None
    changes: tuple[Change, ...] = Field(min_length=1)
    asked: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _kind_has_its_body(self) -> Self:
        if self.kind is Kind.GUIDELINE and not self.steps:
            raise ValueError("执法指引（kind: guideline）至少要有一步 steps")
        if self.kind is Kind.SHEET and not (self.sheet_of and self.dos and self.donts):
            raise ValueError("明白纸（kind: sheet）要写 sheet_of、dos（要）和 donts（不要）")
        return self

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def limit(self, limit_id: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.id == limit_id), None)

    def following(self, step: Step) -> tuple[str, ...]:
        """Ids of the steps that may come after ``step``; ``end`` ends the walk."""
        if step.choices:
            return tuple(choice.go for choice in step.choices)
        if step.next:
            return (step.next,)
        position = self.steps.index(step)
        return (self.steps[position + 1].id,) if position + 1 < len(self.steps) else ("end",)

    def cited_parts(self) -> Iterator[tuple[tuple[str, int], Limit | Pitfall | Table | Quiz]]:
        """((field, index), part) of everything beside the steps that carries citations."""
        for index, limit in enumerate(self.limits):
            yield ("limits", index), limit
        for index, pitfall in enumerate(self.pitfalls):
            yield ("pitfalls", index), pitfall
        for index, table in enumerate(self.tables):
            yield ("tables", index), table
        for index, quiz in enumerate(self.quiz):
            yield ("quiz", index), quiz

    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the guide, once, in the order of the file."""
        found: dict[Citation, None] = {}
        for step in self.steps:
            found.update(dict.fromkeys(step.cite))
            found.update({s.article: None for s in step.say if isinstance(s, Prescribed)})
        for _, part in self.cited_parts():
            found.update(dict.fromkeys(part.cite))
        return tuple(found)


class IfDone(Part):
    """What to do when the wrong has happened already."""

    care: Text | None = None
    report: Text
    preserve: Text


class Redline(Part):
    """What the bot declines to help with, and the rule it names instead."""

    id: GuideId
    title: Text
    rule: Text
    cite: tuple[Cite, ...] = Field(min_length=1)
    instead: GuideId | None = None
    if_ordered: Text
    if_done: IfDone
    changes: tuple[Change, ...] = Field(min_length=1)
    asked: tuple[str, ...] = ()
