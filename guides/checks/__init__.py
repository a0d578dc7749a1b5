"""Checks of the library: one rule, one small function, one code; a file for each matter.

A check registers itself (``registry``) when its file is imported here.
"""

from __future__ import annotations

from guides.checks import (
    amounts,
    card,
    changes,
    citations,
    clocks,
    counting,
    custody,
    dates,
    files,
    flow,
    identity,
    personal_data,
    phrasings,
    references,
    sisters,
    wording,
)
from guides.checks.registry import REGISTRY, Check, Context, check, did_you_mean, errors, run, texts

__all__ = [
    "REGISTRY",
    "RULES",
    "Check",
    "Context",
    "check",
    "did_you_mean",
    "errors",
    "run",
    "texts",
]

RULES = (
    amounts,
    card,
    changes,
    citations,
    clocks,
    counting,
    custody,
    dates,
    files,
    flow,
    identity,
    personal_data,
    phrasings,
    references,
    sisters,
    wording,
)
