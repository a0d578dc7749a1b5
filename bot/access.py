"""Who may ask. Until invites exist: everyone when open, else the administrators named
in the settings, the operator of the machine, and browsers that used the one-time link."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings


@dataclass(frozen=True)
class Access:
    open_to_all: bool
    admins: frozenset[int]

    @classmethod
    def of(cls, settings: Settings) -> Access:
        return cls(settings.open_to_all, settings.admins)

    def telegram_user(self, user_id: int) -> bool:
        return self.open_to_all or user_id in self.admins
