"""The words of a warning, to its officer and to others when it did not reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from bot.clocks.clock import Light, left
from bot.clocks.notice import late
from bot.screens.reply import Block, Button, Caution, Draft, Reply, Text, Title
from bot.screens.sentences import ELSEWHERE
from bot.topics.clocks.clock import LIGHTS, snooze_buttons
from guides.limit_words import UNSURE, at_end_line

REPEATED = "（可能重复）"
ACT = "请马上联系本人；联系不上的，请马上告诉他的带班领导。"

Body: TypeAlias = dict[str, Any]  # of ``bot.clocks.notice.body``


def warning_reply(
    body: Body, now: datetime, repeated: bool = False, shows: Light | None = None
) -> Reply:
    """What the officer is told at ``now``, with all that can be done at once.

    ``shows``: the light of the clock; by default what ``body`` alone can tell.
    """
    draft = Draft().add(Title(f"{_lamp(body, now, shows)} {_state(body, now)}"))
    draft.add(*_details(body, now, repeated))
    at = f"{body['clock']}/{body['version']}"
    _look(draft, body, now)
    draft.grid(snooze_buttons(at, _due(body), now))
    return draft.row(Button("已办完，停止", f"stop/{at}")).reply(fresh=True)


def _look(draft: Draft, body: Body, now: datetime) -> None:
    confirm = f"ack/{body['clock']}/{body['version']}" if _is_over(body, now) else ""
    draft.row(
        Button("看时限", f"clock/{body['clock']}"), Button("知道了", confirm) if confirm else None
    )


def relay_reply(
    body: Body, now: datetime, repeated: bool = False, shows: Light | None = None
) -> Reply:
    """What is told to others when a warning did not reach its officer: they call, and can look
    at the clock, confirm and stop it in their place (topics/clocks/clock.py, ``own_clock``)."""
    unit, label = body["for"]["unit"], body["for"]["label"]
    whose = (f"〔{unit}〕" if unit else "") + label or "有人"
    told = f"{_lamp(body, now, shows)} {whose}的一个时限提醒送不到本人"
    draft = Draft().add(Title(told), Caution(_state(body, now)))
    draft.add(*_details(body, now, repeated), Text(ACT))
    _look(draft, body, now)
    return draft.row(Button("已办完，停止", f"stop/{body['clock']}/{body['version']}")).reply(
        fresh=True
    )


def laid_bare(body: Body) -> Body:
    """A body without the words of an internal guide."""
    return {**body, "limit": "一个时限", "at_end": None, "why": None, "sure": True, "bare": True}


def _due(body: Body) -> datetime | None:
    return datetime.fromisoformat(body["due"]) if body["due"] else None


def _is_over(body: Body, now: datetime) -> bool:
    due = _due(body)
    return due is not None and due <= now


def _lamp(body: Body, now: datetime, shows: Light | None) -> str:
    if shows is None:
        shows = Light.RED if _is_over(body, now) else Light.AMBER if body["due"] else Light.GREEN
    return LIGHTS[shows]


def _state(body: Body, now: datetime) -> str:
    """「〔警情A〕看伞8小时还有 30 分钟」."""
    what = (f"〔{body['label']}〕" if body["label"] else "") + body["limit"]
    due = _due(body)
    if due is None:
        return f"{what}还在暂停" + (f"：{body['why']}" if body["why"] else "")
    return f"{what}{left(due, now)}"


def _details(body: Body, now: datetime, repeated: bool) -> list[Block | None]:
    due = _due(body)
    behind = late(body, now)
    return [
        Text(REPEATED) if repeated else None,
        Text(f"{due:%Y-%m-%d %H:%M} 到期") if due else None,
        Caution(at_end_line(body["at_end"])) if body["at_end"] else None,
        Text(behind) if behind else None,
        Caution(UNSURE) if not body["sure"] else None,
        Text(ELSEWHERE) if body.get("bare") else None,
    ]
