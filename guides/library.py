"""All guides, redlines and words of one reading of the library; immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from guides.areas import Area
from guides.holidays import Calendar
from guides.laws import Catalogue
from guides.model import Aside, Guide, Redline
from guides.parts import Circulation, Kind, Limit, Status
from guides.words import WordGroup

# asked/<these>.txt: matters that are no guide's, and what is no question at all.
NOT_COVERED, SMALL_TALK = "not-covered", "small-talk"
ASIDES = (NOT_COVERED, SMALL_TALK)


@dataclass(frozen=True)
class Library:
    """``guides`` holds every version, earlier ones too; ``on`` picks those of one day."""

    areas: tuple[Area, ...]
    guides: tuple[Guide, ...]
    redlines: tuple[Redline, ...]
    words: tuple[WordGroup, ...]
    laws: Catalogue
    calendar: Calendar = field(default_factory=Calendar)
    asides: tuple[Aside, ...] = ()

    def on(self, day: date) -> Library:
        """The library as it stood on ``day``: at most one version of each guide, no drafts."""
        return self._newest_where(lambda guide: guide.in_force.covers(day))

    def newest(self) -> Library:
        """The newest version of each guide that is not a draft, whatever its dates."""
        return self._newest_where(lambda guide: True)

    def _newest_where(self, wanted: Callable[[Guide], bool]) -> Library:
        """In the order of the folder: a new revision does not move a guide in the menus."""
        newest: dict[str, Guide] = {}
        for guide in self.guides:
            if guide.status is not Status.DRAFT and wanted(guide):
                other = newest.get(guide.id)
                if other is None or guide.revision > other.revision:
                    newest[guide.id] = guide
        return replace(self, guides=tuple(newest.values()))

    @cached_property
    def without_internal(self) -> Library:
        """Internal guides laid bare of all but their titles, for channels that do not show them."""
        guides = tuple(
            guide.bare() if guide.circulation is Circulation.INTERNAL else guide
            for guide in self.guides
        )
        return replace(self, guides=guides)

    @cached_property
    def _by_id(self) -> dict[str, Guide]:
        return {guide.id: guide for guide in self.guides}

    @cached_property
    def _redlines_by_id(self) -> dict[str, Redline]:
        return {redline.id: redline for redline in self.redlines}

    @cached_property
    def _limits(self) -> dict[str, tuple[Guide, Limit]]:
        return {limit.id: (guide, limit) for guide in self.guides for limit in guide.limits}

    @cached_property
    def sayings(self) -> dict[str, tuple[str, ...]]:
        """What officers say -> what the law says, of all groups."""
        known: dict[str, tuple[str, ...]] = {}
        for group in self.words:
            for said, meant in group.words.items():
                known[said] = (*known.get(said, ()), meant)
        return known

    def guide(self, guide_id: str) -> Guide | None:
        return self._by_id.get(guide_id)

    def redline(self, redline_id: str) -> Redline | None:
        return self._redlines_by_id.get(redline_id)

    def limit(self, limit_id: str) -> tuple[Guide, Limit] | None:
        return self._limits.get(limit_id)

    def limits(self) -> Iterable[tuple[Guide, Limit]]:
        return self._limits.values()

    def guidelines(self) -> tuple[Guide, ...]:
        """What a question can find; sheets are reached through their guide."""
        return self._guidelines

    @cached_property
    def _guidelines(self) -> tuple[Guide, ...]:
        return tuple(guide for guide in self.guides if guide.kind is Kind.GUIDELINE)

    def in_area(self, slug: str) -> tuple[Guide, ...]:
        return tuple(guide for guide in self._guidelines if guide.area == slug)

    def sheet_of(self, guide_id: str) -> Guide | None:
        return next((guide for guide in self.guides if guide.sheet_of == guide_id), None)

    def area_title(self, slug: str) -> str:
        return next((area.title for area in self.areas if area.slug == slug), slug)
