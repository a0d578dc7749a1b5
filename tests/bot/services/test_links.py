"""Links that nobody else can open say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.links import Links
from bot.settings import Settings


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1", ""])
def test_a_page_that_only_this_machine_opens(tmp_path: Path, url: str) -> None:
    told = Links(Settings(data=tmp_path, public_url=url)).only_here
    assert "MINGBAI_PAGE_URL" in told


def test_every_address_is_no_address(tmp_path: Path) -> None:
    assert "0.0.0.0" in Links(Settings(data=tmp_path, host="0.0.0.0")).only_here


@pytest.mark.parametrize("url", ["https://guide.example", "http://10.1.2.3:8080", "http://oa"])
def test_a_page_that_others_open(tmp_path: Path, url: str) -> None:
    assert Links(Settings(data=tmp_path, public_url=url)).only_here == ""


def test_the_bot_has_a_name_where_nothing_can_be_written(tmp_path: Path) -> None:
    links = Links(Settings(data=tmp_path / "nowhere"))
    assert not links.met.is_set()
    with pytest.raises(OSError, match="telegram.name"):
        links.name_bot("mingbai_bot")
    assert links.met.is_set()
    assert links.bot_name() == "mingbai_bot"
