"""What a message asks for: words, a command of the bot's menu, or something that cannot be read."""

from __future__ import annotations

from functools import partial

from bot.people.codes import HAND_LENGTH, is_code
from bot.people.roles import Member
from bot.screens.reply import Event, EventKind
from bot.telegram.incoming import Said

CHANNEL = "telegram"
_COMMANDS = {
    "menu": "home",
    "help": "help",
    "recent": "recent",
    "fav": "fav",
    "walks": "walks",
    "clocks": "clocks",
    "privacy": "privacy",
    "code": "code",
    "people": "people",
    "invite": "invite",
}
COMMANDS = [
    {"command": command, "description": told}
    for command, told in (
        ("menu", "分类菜单"),
        ("recent", "最近看过"),
        ("fav", "我的收藏"),
        ("walks", "我的处置"),
        ("clocks", "我的时限"),
        ("privacy", "我的数据"),
        ("code", "网页登录码"),
        ("help", "怎么用"),
    )
]


def read_message(said: Said, member: Member) -> Event:
    """What a message means: words, a command, or something that cannot be read."""
    event = partial(Event.of, member, CHANNEL)
    if not said.words and said.holds:
        return event(EventKind.UNREADABLE, said.holds)
    if said.words.startswith("/"):
        command, _, rest = said.words[1:].partition(" ")
        return event(EventKind.PRESS, _address(command.partition("@")[0], rest))
    return event(EventKind.TEXT, said.words)


def _address(command: str, rest: str) -> str:
    payload = rest.strip()
    if command == "start" and is_code(payload, HAND_LENGTH):
        return f"take/{payload}"
    if command == "start" and payload and payload != "menu":
        return f"g/{payload}"
    return _COMMANDS.get(command, "home" if command == "start" else "help")
