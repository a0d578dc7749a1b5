"""What comes out of asking: the outcome, the guides with their reasons, one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guides.model import Guide, Redline
from index.judging import Outcome

CHOOSE = "有几份可能合适，请选一个。"
NOT_ALLOWED = "法律不允许这样办"
SMALL_TALK = "直接说现场是什么情况、要做什么，例如：人带回来能问多久。"
UNKNOWN = "没有找到有把握的指引，不敢乱答；请看最接近的几份，或者打电话问本单位值班法制民警。"
MOST_GUIDES = 5


@dataclass(frozen=True)
class Ranked:
    guide: Guide
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """``guides`` best first, at most five: the answer and its 另见, the choices, the nearest.
    ``small_talk``: a greeting or a word about the bot itself, nothing that guides answer.
    ``lead``: of the first guide, from 0 to 1, as judged."""

    question: str
    outcome: Outcome
    guides: tuple[Ranked, ...]
    redline: Redline | None
    release: int
    elapsed_ms: float
    small_talk: bool = False
    lead: float = 0.0

    @property
    def message(self) -> str:
        match self.outcome:
            case Outcome.ANSWER:
                guide = self.guides[0].guide
                return f"{guide.title}：{guide.summary}"
            case Outcome.CHOOSE:
                return CHOOSE
            case Outcome.REFUSE if self.redline:
                return f"{NOT_ALLOWED}。{self.redline.rule}"
        return SMALL_TALK if self.small_talk else UNKNOWN

    def as_json(self) -> dict[str, Any]:
        """The JSON of ``ask``: every key always there."""
        return {
            "question": self.question,
            "outcome": self.outcome.value,
            "guides": [
                {
                    "id": ranked.guide.id,
                    "title": ranked.guide.title,
                    "score": ranked.score,
                    "why": list(ranked.why),
                }
                for ranked in self.guides
            ],
            "redline": self.redline.id if self.redline else None,
            "message": self.message,
            "release": self.release,
            "elapsed_ms": self.elapsed_ms,
        }
