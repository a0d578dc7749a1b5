"""How officers say it -> how the law says it (``words.yaml``), grouped by matter."""

from __future__ import annotations

import re

from pydantic import Field

from guides.parts import GuideId, Part, Text

LONGEST_NAME = 8  # characters of a phrasing that stands for its topic, or for several
_NOT_WORDS = re.compile(r"[\W_]+")


class WordGroup(Part):
    """``words`` maps a colloquial expression to the words of the law; ``guides`` it matters to."""

    group: Text
    guides: tuple[GuideId, ...] = ()
    words: dict[Text, Text] = Field(min_length=1)


def same_words(text: str) -> str:
    """What two phrasings are compared by: letters, digits and Han characters only."""
    return _NOT_WORDS.sub("", text).casefold()
