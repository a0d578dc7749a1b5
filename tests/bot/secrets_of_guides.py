"""What only an internal guide says."""

from __future__ import annotations

from bot.house import House
from tests.bot.houses import guidance


def secret(house: House) -> set[str]:
    """What only the internal guide says."""
    library = house.serving.release.library
    whole = guidance(house)
    open_ones = {guide.title for guide in library.guides} | {area.title for area in library.areas}
    second = library.guide("whistle")
    assert second is not None
    said = second.model_dump_json() + "".join(r.model_dump_json() for r in library.redlines)
    return {piece for piece in whole - open_ones if piece not in said}
