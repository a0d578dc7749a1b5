"""One law of the catalogue: its names, its versions and their dates; facts, no text."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from guides.citation import Citation
from guides.numerals import chinese_numeral

COUNTRY = "中华人民共和国"

Name = Annotated[str, Field(pattern=r"^\S+$")]


class Numbering(StrEnum):
    ARTICLE = "article"
    SECTION = "section"


class LawStatus(StrEnum):
    IN_FORCE = "in_force"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"
    UNVERIFIED = "unverified"


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Version(_Fact):
    """One text of a law, in force from ``effective`` to the day before ``repealed``."""

    label: str = Field(min_length=1)
    promulgated: date | None
    effective: date
    repealed: date | None
    articles: int = Field(ge=1, strict=True)
    suffix_articles: int = Field(default=0, ge=0, strict=True)

    def covers(self, day: date) -> bool:
        return self.effective <= day and (self.repealed is None or day < self.repealed)


class Law(_Fact):
    """One law with all its versions, the oldest first; ``unverified`` ones may have none."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Name
    short: tuple[Name, ...] = ()
    kind: str = Field(min_length=1)
    numbering: Numbering = Numbering.ARTICLE
    versions: tuple[Version, ...] = ()
    status: LawStatus
    note: str = ""

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Law:
        if not self.versions and self.status is not LawStatus.UNVERIFIED:
            raise ValueError("没有登记版本（versions）；原文没有取得的，status 写 unverified")
        for version in self.versions:
            if version.repealed is not None and version.repealed <= version.effective:
                raise ValueError(
                    f"{version.label}：失效日期（repealed）要晚于施行日期（effective）"
                )
        for old, new in zip(self.versions, self.versions[1:], strict=False):
            if old.repealed is None or old.repealed > new.effective:
                raise ValueError(
                    f"{old.label}之后还有{new.label}：版本要旧的在前，"
                    f"旧版本的 repealed 写新版本的施行日期 {new.effective}"
                )
        return self

    @property
    def name(self) -> str:
        """The title as it is usually written: without 中华人民共和国 in front."""
        return self.title.removeprefix(COUNTRY)

    def version_on(self, day: date) -> Version | None:
        return next((version for version in self.versions if version.covers(day)), None)

    def wording(self, citation: Citation) -> str:
        """The official way to write it: 《治安管理处罚法》第九十七条第二款."""
        name = self.name.replace("《", "〈").replace("》", "〉")
        place = citation.place() if self.numbering is Numbering.ARTICLE else None
        if place is None:
            return f"《{name}》{citation.locator}"
        number, suffix, paragraph, item = place
        words = f"《{name}》第{chinese_numeral(number)}条"
        if suffix:
            words += f"之{chinese_numeral(suffix)}"
        if paragraph:
            words += f"第{chinese_numeral(paragraph)}款"
        if item:
            words += f"第{chinese_numeral(item)}项"
        return words
