"""Whom warnings reach only while something is open, said wherever a warning is promised."""

from __future__ import annotations

from bot.people.roles import telegram_chats
from bot.screens.reply import Caution
from bot.store.database import StoreError
from bot.topics.topic import Turn

_WHERE = {"page": "网页", "terminal": "这个窗口"}
ONLY_OPEN = (
    "你没有连 Telegram：{where}开着才提醒得到，关了就提醒不到。"
    "请打开每个时限，按“日历文件”存进手机日历，到点手机会响。"
)


def only_while_open(turn: Turn) -> Caution | None:
    """What people without Telegram have to know and to do; None for those it reaches. Where it
    cannot be looked up who has it, it is said: better once too often."""
    where = _WHERE.get(turn.channel)
    if where is None or turn.membership is None:
        return None
    try:
        accounts = turn.membership.people.accounts_of(turn.member.person)
    except StoreError:
        accounts = ()
    connected = turn.links is not None and turn.links.has_telegram
    if connected and telegram_chats(turn.member.person, accounts):
        return None
    return Caution(ONLY_OPEN.format(where=where))
