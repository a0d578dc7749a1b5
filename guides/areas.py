"""The areas of the menu, in their order (``areas.yaml``)."""

from __future__ import annotations

from guides.parts import GuideId, Part, Text


class Area(Part):
    slug: GuideId
    title: Text
