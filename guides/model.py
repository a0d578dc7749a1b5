"""The immutable shape of everything legal staff write.

Field names, ids and enumerations are the file format (docs/指引编写手册.md explains
them); ``guide.schema.json`` is generated from here and ``guides.parts``. Shape and type
only: what a field means beside the other files is checked in ``guides.checks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from guides.citation import Citation
from guides.parts import (
    Change,
    Circulation,
    Cite,
    First,
    Form,
    GuideId,
    Kind,
    Limit,
    Part,
    Period,
    Pitfall,
    Prescribed,
    Quiz,
    Status,
    Step,
    Table,
    Text,
)

_NAMED = (
    *("id", "title", "area", "kind", "status", "circulation", "in_force", "revision"),
    *("owner", "checked_on", "review_by", "sheet_of"),
)


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

    def bare(self) -> Self:
        """Only that it exists: what may be said of it where it may not be shown."""
        content = {name: field.default for name, field in Guide.model_fields.items()}
        named = {name: getattr(self, name) for name in _NAMED}
        return self.model_copy(update={**content, **named, "summary": "", "changes": ()})

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def limit(self, limit_id: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.id == limit_id), None)

    def limits_as_they_start(self) -> tuple[Limit, ...]:
        """Those that a step, or an answer to it, starts first, in the order of the steps, the
        others after them."""
        places: dict[str, int] = {}
        for place, step in enumerate(self.steps):
            for limit_id, _ in step.begins():
                places.setdefault(limit_id, place)
        last = len(self.steps)
        return tuple(sorted(self.limits, key=lambda limit: places.get(limit.id, last)))

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


class Aside(Part):
    """What people type that no guide answers: kept as phrasings, so that it is known as such."""

    id: GuideId
    asked: tuple[str, ...] = ()
