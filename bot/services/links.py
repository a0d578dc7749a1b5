"""The links that lead to the bot: its page, its Telegram chat, an invite."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings import Settings

_ONLY_HERE = (
    "网页的地址是 {host}，只有运行明白的这台机器打得开，别人的手机打不开："
    "请管理员把 MINGBAI_PAGE_URL 设成手机能打开的网址，再做邀请"
)


class Links:
    def __init__(self, settings: Settings) -> None:
        self.page = settings.page_url
        self.has_telegram = bool(settings.telegram_token)
        # Telegram tells the bot its name; the terminal's commands read it from here.
        self._name: Path = settings.data / "telegram.name"
        self._told = ""
        self.met = asyncio.Event()  # Telegram has answered this process

    def name_bot(self, username: str) -> None:
        """Remember what the bot is called; OSError when the data folder cannot be written."""
        known, self._told = self.bot_name(), username
        self.met.set()
        if known != username:
            self._name.write_text(username, encoding="utf-8")

    def bot_name(self) -> str:
        """Empty until the bot has been connected once."""
        if self._told:
            return self._told
        try:
            return self._name.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    @property
    def only_here(self) -> str:
        """Why nobody can open the page from elsewhere, and what to set; empty when they can."""
        host = urlsplit(self.page).hostname or ""
        try:
            here = ip_address(host).is_loopback or ip_address(host).is_unspecified
        except ValueError:
            here = host == "localhost"
        return _ONLY_HERE.format(host=host) if here else ""

    def invite_page(self, code: str) -> str:
        return f"{self.page}/invite/{code}"

    def invite_telegram(self, code: str) -> str:
        """Empty when there is no bot to link to."""
        name = self.bot_name()
        return f"https://t.me/{name}?start={code}" if name else ""
