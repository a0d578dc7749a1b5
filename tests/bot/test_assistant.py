"""The assistant alone: state, ledger, privacy, and a database that goes away."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.house import House, assemble
from bot.screens.reply import Reply, plain
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.ledger import Ledger
from tests.bot.gone import Gone
from tests.bot.talk import NOW, house, misses, press, say

__all__ = ["house"]  # the fixture


def test_what_is_not_found_goes_to_the_ledger_redacted(house: House) -> None:
    reply = say(house, "火星土豆13912345678")
    assert "没有找到" in plain(reply)
    assert misses(house) == ["火星土豆〔手机号〕"]


def test_none_of_these_counts_once(house: House) -> None:
    say(house, "黑伞挡路了太重")
    press(house, "none")
    press(house, "none")
    assert misses(house) == ["黑伞挡路了太重"]


def test_a_refusal_names_the_rule_and_keeps_nothing(house: House) -> None:
    reply = say(house, "好看的顺走那把偷偷拿回家")
    told = plain(reply)
    assert "别人的伞不能拿走自己用" in told
    assert "可以提出意见" in told
    assert "收缴雨伞" in [button.label for button in reply.buttons()]
    assert Ledger(house.database).refusals() == {"steal-umbrella": 1}
    press(house, "none")
    assert misses(house) == []


def test_back_leads_to_the_choice_it_came_from(house: House) -> None:
    say(house, "火星土豆")
    back = [button.address for button in press(house, "g/umbrella").buttons()]
    assert "area/scene" in back
    assert "r" not in back


def test_recents_are_remembered_per_person(house: House) -> None:
    press(house, "g/whistle")
    press(house, "g/umbrella")
    labels = [b.label for b in press(house, "recent").buttons()]
    assert labels == ["收缴雨伞", "吹口哨检查", "首页"] or set(labels) >= {"收缴雨伞", "吹口哨检查"}
    assert "还没有看过" in plain(press(house, "recent", person="b"))


def test_a_step_starts_its_limit(house: House) -> None:
    step = press(house, "g/umbrella/s/look")
    assert "从收伞起算：看伞8小时" in plain(step)
    assert "从什么时候起算" in plain(press(house, "l/umbrella-8h"))
    assert "2026-11-21 09:05 到期" in plain(say(house, "01:05"))
    assert "没有找到" in plain(say(house, "火星土豆")), "other words are a question again"


def test_a_time_means_something_only_after_a_limit_was_opened(house: House) -> None:
    assert "到期" not in plain(say(house, "10:05"))


@pytest.mark.parametrize("typed", ["30号22点", "昨晚10点", "22时30分许", "现在", "昨天"])
def test_a_time_alone_is_no_question(house: House, typed: str) -> None:
    reply = say(house, typed)
    assert "22:30 传唤到案" in plain(reply), "how to write it"
    assert misses(house) == []
    press(house, "g/umbrella")
    assert "收缴雨伞的时限" in [button.label for button in say(house, typed).buttons()]


def test_an_article_is_opened_however_it_is_written(house: House) -> None:
    for written in ("测试法第3条", "测试法3条", "看一下测试法第三条怎么说", "《测试法》三条原文"):
        told = plain(say(house, written))
        assert told.startswith("首页 › 条文"), written
        assert "测试法》第三条" in told or "测试法第三条" in told, written
    assert "第三条" in plain(say(house, "测试法3、4条"))
    assert "第四条" in plain(say(house, "测试法3、4条"))


def test_the_name_of_a_law_alone_is_asked_for_its_article(house: House) -> None:
    assert "《测试法》第几条" in plain(say(house, "测试法"))


def test_a_place_alone_means_the_law_of_the_guide_that_is_read(house: House) -> None:
    assert "写上是哪部法" in plain(say(house, "5条第二款"))
    press(house, "g/umbrella")
    assert "第五条第二款" in plain(say(house, "5条第二款"))
    assert "写上是哪部法" in plain(say(house, "19条")), "it rests on no such article"


def test_without_a_database_the_guides_are_still_read(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.database.close()
    monkeypatch.setattr(house.database, "engine", Gone())
    recents = house.assistant.memory.recents
    with caplog.at_level(logging.WARNING):
        say(house, "黑伞挡路了太重")
        with pytest.raises(StoreError):
            recents.flush()
        reply = say(house, "黑伞挡路了太重")
    assert "收缴雨伞" in plain(reply)
    assert "记录暂时存不上" in plain(reply)
    assert "黑伞" not in caplog.text
    monkeypatch.undo()
    assert recents.of("a") == ("umbrella",), "kept until the database was back"
    assert "记录暂时存不上" not in plain(say(house, "黑伞挡路了太重"))


def test_nothing_to_serve_is_said_kindly(tmp_path: Path, library: Path) -> None:
    house = assemble(Settings(data=tmp_path / "empty", library=library), lambda: NOW)
    assert "暂时用不了" in plain(say(house, "雨伞"))
    house.database.close()


def test_a_failing_topic_is_logged_without_the_question(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Reply:
        raise RuntimeError("broken topic")

    monkeypatch.setattr("bot.topics.reader.asking.ask", broken)
    assert "出了故障" in plain(say(house, "黑伞的秘密"))
    assert "broken topic" in caplog.text
    assert "黑伞的秘密" not in caplog.text
