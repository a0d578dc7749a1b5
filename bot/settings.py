"""Everything configurable, from the environment (a ``.env`` file is read first)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.people.on_call import OnCall, read_on_call

# The first part of every path of the page: Telegram must not post to one of them.
PAGE_PATHS = frozenset(
    {"s", "file", "ask", "enter", "sign-in", "invite", "healthz", "static", "warnings"}
)
CHANNELS = frozenset({"page", "telegram", "terminal"})
ROOT = Path(__file__).parent.parent  # so that the defaults do not depend on where one stands


class WrongSetting(Exception):
    """A setting nobody can work with: which one, what is wrong, what to write."""


@dataclass(frozen=True)
class Settings:
    data: Path = ROOT / "var"
    library: Path = ROOT / "guides" / "library"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    open_to_all: bool = False
    admins: frozenset[int] = frozenset()
    auto_publish: bool = True
    semantic: bool = False
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    telegram_token: str = ""
    telegram_base_url: str = "https://api.telegram.org/bot"
    telegram_base_file_url: str = "https://api.telegram.org/file/bot"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = ""
    telegram_rate: float = 30.0  # messages a second; 0: no limit
    asks_per_minute: float = 60.0  # of one person; 0: no limit
    walk_days: int = 30  # walks and clocks are kept after their last change
    internal_on: frozenset[str] = frozenset({"page", "terminal"})
    public_url: str = ""
    proxies: tuple[str, ...] = ()  # whose X-Forwarded-For is believed
    audit_key: str = ""
    on_call: Mapping[str, OnCall] = field(default_factory=dict)  # by unit
    unknown: tuple[str, ...] = ()  # what is set and means nothing, each told in one line

    @property
    def database(self) -> str:
        """SQLAlchemy's URL of the state: SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data / 'mingbai.db'}"

    @property
    def page_url(self) -> str:
        """Where the phone page is reached from outside, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; WrongSetting names the variable and what it may be."""
    default, env = Settings(), _Asked(env)
    access = _one_of(env, "MINGBAI_ACCESS", ("invited", "open"))
    publish = _one_of(env, "MINGBAI_PUBLISH", ("auto", "review"))
    settings = Settings(
        data=Path(env.get("MINGBAI_DATA") or default.data),
        library=Path(env.get("MINGBAI_LIBRARY") or default.library),
        database_url=env.get("MINGBAI_DATABASE_URL", ""),
        host=env.get("MINGBAI_HOST") or default.host,
        port=_port(env.get("MINGBAI_PORT") or str(default.port)),
        open_to_all=access == "open",
        admins=_admins(env.get("MINGBAI_ADMINS", "")),
        auto_publish=publish == "auto",
        semantic=_one_of(env, "MINGBAI_SEMANTIC", ("off", "on")) == "on",
        timezone=_zone(env.get("MINGBAI_TIMEZONE") or "Asia/Shanghai"),
        telegram_token=env.get("TELEGRAM_BOT_TOKEN", "").strip(),
        telegram_base_url=env.get("TELEGRAM_BASE_URL") or default.telegram_base_url,
        telegram_base_file_url=env.get("TELEGRAM_BASE_FILE_URL") or default.telegram_base_file_url,
        telegram_webhook_url=_webhook(env.get("TELEGRAM_WEBHOOK_URL", "")),
        # Unset: a fresh one each start, told to Telegram with the address.
        telegram_webhook_secret=env.get("TELEGRAM_WEBHOOK_SECRET") or secrets.token_urlsafe(32),
        telegram_rate=_rate(env, "MINGBAI_TELEGRAM_RATE", "每秒几条", default.telegram_rate),
        asks_per_minute=_rate(env, "MINGBAI_ASK_RATE", "每人每分钟几次", default.asks_per_minute),
        walk_days=_days(env.get("MINGBAI_WALK_DAYS") or str(default.walk_days)),
        internal_on=_channels(env.get("MINGBAI_INTERNAL"), default.internal_on),
        public_url=_page(env.get("MINGBAI_PAGE_URL", "")),
        proxies=_proxies(env.get("MINGBAI_PROXIES", "")),
        audit_key=env.get("MINGBAI_AUDIT_KEY", ""),
        on_call=_on_call(env.get("MINGBAI_ON_CALL", "")),
    )
    return replace(settings, unknown=tuple(env.never_asked()))


class _Asked(Mapping[str, str]):
    """The environment, and which of its names were looked for."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self._names.add(name)
        return self._env[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._env)

    def __len__(self) -> int:
        return len(self._env)

    def never_asked(self) -> Iterator[str]:
        for name in sorted(set(self._env) - self._names):
            if name.startswith("MINGBAI_"):
                near = get_close_matches(name, self._names, 1)
                meant = f"；是不是想写 {near[0]}？" if near else ""
                yield f"没有 {name} 这个设置，没有用它{meant}"


def _one_of(env: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    value = env.get(name) or values[0]
    if value not in values:
        raise WrongSetting(f"{name} 写的是“{value}”；只能写 {' 或 '.join(values)}")
    return value


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise WrongSetting(f"MINGBAI_PORT 写的是“{text}”；应是 0 到 65535 的整数")
    return int(text)


def _rate(env: Mapping[str, str], name: str, what: str, default: float) -> float:
    text = env.get(name) or str(default)
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 10_000:
        raise WrongSetting(f"{name} 写的是“{text}”；写{what}，0 表示不限")
    return rate


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 366:
        raise WrongSetting(f"MINGBAI_WALK_DAYS 写的是“{text}”；写处置记录留几天，1 到 366")
    return int(text)


def _channels(text: str | None, default: frozenset[str]) -> frozenset[str]:
    if text is None:
        return default
    parts = frozenset(part for part in text.replace("，", ",").replace(",", " ").split() if part)
    for part in parts - CHANNELS:
        raise WrongSetting(
            f"MINGBAI_INTERNAL 里的“{part}”不是渠道；只能写 {'、'.join(sorted(CHANNELS))}"
        )
    return parts


def _page(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise WrongSetting(
            f"MINGBAI_PAGE_URL 写的是“{url}”；写手机网页对外的网址，例如 https://guide.example"
        )
    return url.rstrip("/")


def _proxies(text: str) -> tuple[str, ...]:
    parts = tuple(part for part in text.replace("，", ",").replace(",", " ").split() if part)
    for part in parts:
        try:
            ip_network(part)
        except ValueError as error:
            raise WrongSetting(
                f"MINGBAI_PROXIES 里的“{part}”不是地址；写代理的 IP，例如 127.0.0.1 或 10.0.0.0/24"
            ) from error
    return parts


def _webhook(url: str) -> str:
    if url and (not url.startswith(("https://", "http://")) or len(urlsplit(url).path) < 2):
        raise WrongSetting(
            f"TELEGRAM_WEBHOOK_URL 写的是“{url}”；写完整的网址，后面带一段路径，例如 /telegram"
        )
    path = urlsplit(url).path
    if url and path.split("/")[1] in PAGE_PATHS:
        raise WrongSetting(
            f"TELEGRAM_WEBHOOK_URL 的路径 {path} 是手机网页自己用的；换一段，例如 /telegram"
        )
    return url


def _admins(text: str) -> frozenset[int]:
    parts = [part for part in text.replace("，", ",").replace(",", " ").split() if part]
    for part in parts:
        if not part.isdigit():
            raise WrongSetting(
                f"MINGBAI_ADMINS 里的“{part}”不是数字；写 Telegram 的数字 ID，不写用户名"
            )
    return frozenset(int(part) for part in parts)


def _on_call(text: str) -> Mapping[str, OnCall]:
    try:
        return read_on_call(text)
    except ValueError as error:
        raise WrongSetting(f"MINGBAI_ON_CALL {error}") from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongSetting(
            f"MINGBAI_TIMEZONE 写的是“{name}”；应是时区名，例如 Asia/Shanghai"
        ) from error
