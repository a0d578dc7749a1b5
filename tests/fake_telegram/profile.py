"""Methods on the bot itself: who it is, its commands and descriptions.

Source: https://core.telegram.org/bots/api#getme, #setmycommands, #setmydescription. Up to 100
commands, names 1-32 of ``a-z0-9_``, descriptions 1-256 units; bot description up to 512,
short description up to 120.
"""

import json
import re
from typing import Any

from .arguments import Arguments
from .markup import utf16_length
from .refusal import JSONObject, bad_request
from .world import Outcome, World

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
_LANGUAGE = re.compile(r"[a-z]{2}")


def get_me(world: World, arguments: Arguments) -> Outcome:
    """getMe -> User."""
    return Outcome(
        {
            **world.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
    )


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code")
    if code and _LANGUAGE.fullmatch(code) is None:
        raise bad_request("LANG_CODE_INVALID")
    return code


def _scope(arguments: Arguments) -> str:
    scope = arguments.composite("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return json.dumps([scope, _language(arguments)], sort_keys=True)


def _command(value: Any) -> JSONObject:
    if not isinstance(value, dict):
        raise bad_request("expected an Array of BotCommand")
    if _COMMAND.fullmatch(str(value.get("command", ""))) is None:
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(str(value.get("description", "")).strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": value["command"], "description": value["description"]}


def set_my_commands(world: World, arguments: Arguments) -> Outcome:
    """setMyCommands -> True."""
    if not isinstance(arguments.composite("commands"), list):
        raise bad_request("can't parse commands JSON object")
    commands = arguments.array("commands")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[_scope(arguments)] = [_command(value) for value in commands]
    return Outcome(True)


def get_my_commands(world: World, arguments: Arguments) -> Outcome:
    """getMyCommands -> Array of BotCommand."""
    return Outcome(world.commands.get(_scope(arguments), []))


def delete_my_commands(world: World, arguments: Arguments) -> Outcome:
    """deleteMyCommands -> True."""
    world.commands.pop(_scope(arguments), None)
    return Outcome(True)


def _set(world: World, arguments: Arguments, name: str, most: int) -> Outcome:
    text = arguments.text(name)
    if utf16_length(text) > most:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    world.descriptions[(name, _language(arguments))] = text
    return Outcome(True)


def _get(world: World, arguments: Arguments, name: str) -> Outcome:
    return Outcome({name: world.descriptions.get((name, _language(arguments)), "")})


def set_my_description(world: World, arguments: Arguments) -> Outcome:
    """setMyDescription -> True; up to 512 units."""
    return _set(world, arguments, "description", 512)


def get_my_description(world: World, arguments: Arguments) -> Outcome:
    """getMyDescription -> BotDescription."""
    return _get(world, arguments, "description")


def set_my_short_description(world: World, arguments: Arguments) -> Outcome:
    """setMyShortDescription -> True; up to 120 units."""
    return _set(world, arguments, "short_description", 120)


def get_my_short_description(world: World, arguments: Arguments) -> Outcome:
    """getMyShortDescription -> BotShortDescription."""
    return _get(world, arguments, "short_description")
