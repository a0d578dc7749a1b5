"""How a step is said in one line: every screen and every file that names a step asks here."""

from __future__ import annotations

from bot.walks.walk import NOT_APPLICABLE, Walk, is_done, is_waived
from guides.parts import Step

MUST = "【必做】"
WAIVED = "－"  # instead of a tick


def step_words(step: Step, marked: bool = True) -> str:
    """「【必做】有被害人的：通知……」. ``marked``: say that it is a must-step."""
    return f"{MUST if step.must and marked else ''}{step.text}"


def state_mark(step: Step, walk: Walk, done: str, open: str) -> str:
    """``done`` or ``open``; a step that does not apply is neither."""
    if is_waived(step, walk):
        return WAIVED
    return done if is_done(step, walk) else open


def waived_words(step: Step, walk: Walk) -> str:
    """What stands behind the words of a step that was said not to apply."""
    return waived_name("") if is_waived(step, walk) else ""


def waived_name(name: str) -> str:
    return f"{name}（{NOT_APPLICABLE}）"
