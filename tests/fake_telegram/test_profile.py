"""The bot's own settings: commands and descriptions."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat

from . import FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]


def test_commands_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    async def work(bot: Bot) -> None:
        commands = [BotCommand(f"c{number}", "说明") for number in range(100)]
        scope = BotCommandScopeChat(1)
        assert await bot.set_my_commands(commands)
        assert await bot.set_my_commands([("start", "开始")], scope=scope, language_code="zh")
        assert await bot.get_my_commands() == tuple(commands)
        assert await bot.get_my_commands(scope=scope) == ()
        own = await bot.get_my_commands(scope=scope, language_code="zh")
        assert own == (BotCommand("start", "开始"),)
        assert await bot.delete_my_commands()
        assert await bot.get_my_commands() == ()
        assert await bot.set_my_description("字" * 512, language_code="zh")
        assert (await bot.get_my_description("zh")).description == "字" * 512
        assert (await bot.get_my_description()).description == ""
        assert await bot.set_my_short_description("短")
        assert (await bot.get_my_short_description()).short_description == "短"

    with_bot(work)
    assert fake.violations == []


def _command(command: str = "a", description: str = "b") -> dict[str, Any]:
    return {"command": command, "description": description}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"commands": [_command()] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [_command("Start")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command("a" * 33)]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command("")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command("/a")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command("a\n")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command("帮助")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [_command(description="字" * 257)]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [_command(description=" ")]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": ["a"]}, "expected an Array of BotCommand"),
        ({}, "can't parse commands"),
        ({"commands": [], "scope": {"type": "all"}}, "can't parse BotCommandScope"),
        ({"commands": [], "language_code": "zh-hans"}, "LANG_CODE_INVALID"),
    ],
)
def test_bad_commands(refusal: Refused, arguments: dict[str, Any], complaint: str) -> None:
    assert complaint in refusal("setMyCommands", **arguments)


def test_bad_descriptions(raw: Raw, refusal: Refused) -> None:
    assert "too long" in refusal("setMyDescription", description="字" * 513)
    assert "too long" in refusal("setMyShortDescription", short_description="字" * 121)
    assert raw("setMyDescription", description="")[0] == 200
