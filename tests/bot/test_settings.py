"""Settings from the environment, and plain words for wrong ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.house import assemble
from bot.settings import Settings, WrongSetting, from_environment
from bot.web.app import make_app


def test_defaults() -> None:
    settings = from_environment({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert not settings.open_to_all
    assert settings.database.startswith("sqlite:///")
    assert str(settings.timezone) == "Asia/Shanghai"
    assert settings.library.is_dir()


def test_everything_is_read() -> None:
    settings = from_environment(
        {
            "MINGBAI_ACCESS": "open",
            "MINGBAI_ADMINS": "1, 2，3",
            "MINGBAI_PORT": "9",
            "MINGBAI_PUBLISH": "review",
            "MINGBAI_DATABASE_URL": "postgresql+psycopg://x",
            "TELEGRAM_BASE_URL": "http://127.0.0.1:1/bot",
        }
    )
    assert settings.open_to_all
    assert settings.admins == {1, 2, 3}
    assert not settings.auto_publish
    assert settings.database == "postgresql+psycopg://x"
    assert settings.telegram_base_url == "http://127.0.0.1:1/bot"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINGBAI_ACCESS", "everyone"),
        ("MINGBAI_PUBLISH", "never"),
        ("MINGBAI_PORT", "http"),
        ("MINGBAI_PORT", "70000"),
        ("MINGBAI_ADMINS", "@zhangsan"),
        ("MINGBAI_TIMEZONE", "Mars/Base"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        from_environment({name: value})


def test_every_setting_is_in_the_operations_page() -> None:
    root = Path(__file__).parents[2]
    source = (root / "bot" / "settings.py").read_text(encoding="utf-8")
    page = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    names = set(re.findall(r'"((?:MINGBAI|TELEGRAM)_\w+)"', source))
    assert len(names) > 20
    for name in names:
        assert name in page, name


def test_a_misspelt_setting_is_told_with_what_may_be_meant() -> None:
    known = {"MINGBAI_PORT": "9", "MINGBAI_AUDIT_KEY": "k", "PATH": "/bin", "TELEGRAM_X": "1"}
    assert from_environment(known).unknown == ()
    (told,) = from_environment(known | {"MINGBAI_PROT": "9"}).unknown
    assert "MINGBAI_PROT" in told
    assert "MINGBAI_PORT" in told


def test_telegram_does_not_post_to_a_page(tmp_path: Path, library: Path) -> None:
    from_environment({"TELEGRAM_WEBHOOK_URL": "https://a.example/telegram"})
    house = assemble(Settings(data=tmp_path / "var", library=library))
    paths = {getattr(route, "path", "") for route in make_app(house).routes} - {"", "/"}
    house.close()
    assert len(paths) > 5
    for path in paths:
        with pytest.raises(WrongSetting, match="TELEGRAM_WEBHOOK_URL"):
            from_environment({"TELEGRAM_WEBHOOK_URL": f"https://a.example{path}"})
