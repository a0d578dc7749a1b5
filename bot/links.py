"""The links that lead to the bot: its page, its Telegram chat, an invite."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings


class Links:
    def __init__(self, settings: Settings) -> None:
        self.page = settings.page_url
        # Telegram tells the bot its name; the terminal's commands read it from here.
        self._name: Path = settings.data / "telegram.name"

    def name_bot(self, username: str) -> None:
        """Remember what the bot is called; OSError when the data folder cannot be written."""
        if self.bot_name() != username:
            self._name.write_text(username, encoding="utf-8")

    def bot_name(self) -> str:
        """Empty until the bot has been connected once."""
        try:
            return self._name.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def invite_page(self, code: str) -> str:
        return f"{self.page}/invite/{code}"

    def invite_telegram(self, code: str) -> str:
        """Empty when there is no bot to link to."""
        name = self.bot_name()
        return f"https://t.me/{name}?start={code}" if name else ""
