"""How officers say it -> how the law says it (``words.yaml``), grouped by matter."""

from __future__ import annotations

from pydantic import Field

from guides.parts import GuideId, Part, Text


class WordGroup(Part):
    """``words`` maps a colloquial expression to the words of the law; ``guides`` it matters to."""

    group: Text
    guides: tuple[GuideId, ...] = ()
    words: dict[Text, Text] = Field(min_length=1)
