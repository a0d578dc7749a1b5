"""Polls and quizzes."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest

from . import FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]


def test_quiz_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        message = await bot.send_poll(
            user.id,
            "几小时内?",
            ["12", "24", "48"],
            type="quiz",
            correct_option_ids=[1],
            explanation="<b>24</b> 小时",
            explanation_parse_mode="HTML",
            is_anonymous=False,
        )
        assert message.poll is not None
        assert message.poll.explanation == "24 小时"
        assert user.screen().text == "几小时内?"
        user.vote(1)
        poll, answer = await bot.get_updates()
        assert poll.poll is not None
        assert poll.poll.total_voter_count == poll.poll.options[1].voter_count == 1
        assert answer.poll_answer is not None
        assert answer.poll_answer.option_ids == (1,)
        with pytest.raises(LookupError, match="no second vote"):
            user.vote(2)
        assert (await bot.stop_poll(user.id, message.message_id)).is_closed
        with pytest.raises(BadRequest, match=r"(?i)already been closed"):
            await bot.stop_poll(user.id, message.message_id)
        with pytest.raises(LookupError, match="no open poll"):
            user.vote(1)

    with_bot(work)


def test_limits_are_inclusive(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    options = [{"text": "字" * 100}] * 12
    status, body = raw(
        "sendPoll", chat_id=user.id, question="字" * 300, options=options, is_closed=False
    )
    assert status == 200
    user.vote(0, on=body["result"]["message_id"])
    for bad in ((), (12,), (0, 1)):
        with pytest.raises(LookupError):
            user.vote(*bad)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"question": "字" * 301}, "question length must not exceed 300"),
        ({"question": ""}, "question must be non-empty"),
        ({"options": ["a"] * 13}, "can't have more than 12 options"),
        ({"options": []}, "at least 1 option"),
        ({"options": ["字" * 101]}, "options length must not exceed 100"),
        ({"options": [" "]}, "options must be non-empty"),
        ({"options": [7]}, "can't parse options"),
        ({"type": "quiz"}, "must have a correct option"),
        ({"type": "quiz", "correct_option_ids": [2]}, "wrong correct option ID"),
        ({"type": "quiz", "correct_option_ids": [1, 0]}, "increase monotonically"),
        ({"type": "quiz", "correct_option_id": 0, "explanation": "字" * 201}, "too long"),
        ({"type": "quiz", "correct_option_id": 0, "explanation": "a\nb\nc\nd"}, "too long"),
        ({"type": "survey"}, "unsupported poll type"),
        ({"correct_option_ids": [0]}, "only quiz polls"),
    ],
)
def test_bad_polls(
    refusal: Refused, fake: FakeTelegram, arguments: dict[str, Any], complaint: str
) -> None:
    user = fake.person("张三")
    whole = {"chat_id": user.id, "question": "q", "options": ["a", "b"], **arguments}
    assert complaint in refusal("sendPoll", **whole)


def test_stop_what_is_no_poll(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    told = "Bad Request: message with poll to stop not found"
    assert refusal("stopPoll", chat_id=user.id, message_id=9) == told
    sent = raw("sendMessage", chat_id=user.id, text="x")[1]["result"]["message_id"]
    assert refusal("stopPoll", chat_id=user.id, message_id=sent) == told
    with pytest.raises(LookupError, match="no poll"):
        user.vote(0)
