"""Whoever is told to call is told whom: by unit, on every screen, with a number to tap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.house import House, assemble
from bot.people.on_call import OnCall, nearest, read_on_call
from bot.people.roles import Member, Role
from bot.screens.reply import Call, Event, EventKind, Reply, lines, plain
from bot.screens.sentences import ON_CALL
from bot.settings import Settings, WrongSetting, from_environment
from bot.telegram.drawing import draw
from bot.terminal import draw as drawn_in_text
from bot.topics.reader.feedback import WRONG
from tests.bot.crawling import crawl
from tests.bot.houses import signed_in
from tests.bot.members import let_in
from tests.bot.pages import browsing, csrf_of
from tests.bot.talk import NOW
from tests.bot.tellers import started

WRITTEN = (
    "城东分局=张警官:027-1234567；城东分局/河口派出所＝李警官：(027) 765 4321; 王警官:+86 27 1111"
)
ZHANG, LI = OnCall("张警官", "027-1234567"), OnCall("李警官", "(027) 765 4321")
WANG = OnCall("王警官", "+86 27 1111")
SAYS = "值班法制民警"
OFFICER = Member("a", Role.ADMIN, "城东分局/河口派出所")


@pytest.fixture
def house(tmp_path: Path, library: Path) -> Iterator[House]:
    settings = Settings(data=tmp_path / "var", library=library, on_call=read_on_call(WRITTEN))
    made = assemble(settings, lambda: NOW)
    made.serving.refresh(NOW)
    yield made
    made.database.close()


def say(house: House, text: str, member: Member = OFFICER) -> Reply:
    return house.assistant.handle(Event.of(member, "page", EventKind.TEXT, text))


def calls(reply: Reply) -> list[Call]:
    return [block for block in reply.blocks if isinstance(block, Call)]


def test_the_nearest_unit_counts() -> None:
    known = read_on_call(WRITTEN)
    assert nearest(known, "城东分局/河口派出所") == LI
    assert nearest(known, "城东分局/北门派出所/一组") == ZHANG
    assert nearest(known, "城西分局") == nearest(known, "") == WANG
    assert nearest(known, "城东分局东") == WANG, "another unit whose name begins alike"
    assert nearest(read_on_call("城东分局=张警官:027-1234567"), "城西分局") is None
    assert read_on_call("") == read_on_call(" ; ") == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "张警官",
        "张警官:",
        ":027-1234567",
        "城东分局=027-1234567",
        "张警官:问前台",
        "张警官:12",
        "张警官:027-1234567,李警官:027-7654321",
        "分局=甲=张警官:027-1234567",
        "张警官:027-1234567;李警官:027-7654321",
        "城东*分局=张警官:027-1234567",
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(wrong: str) -> None:
    with pytest.raises(WrongSetting, match="^MINGBAI_ON_CALL .*[一-龥]") as told:
        from_environment({"MINGBAI_ON_CALL": wrong})
    assert "\n" not in str(told.value)


def test_every_screen_that_says_to_call_says_whom(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = ["home", "help", "g/umbrella", "l/umbrella-8h", "fb/umbrella/wrong", "walks"]
    shown = crawl(house, OFFICER, "page", begin)
    own = next(iter(house.incidents.clocks.of(OFFICER.person)))
    shown["refused"] = say(house, "好看的顺走那把偷偷拿回家")
    shown["unknown"] = say(house, "火星土豆")
    say(house, "黑伞挡路了太重")
    shown["not written"] = say(house, "那女的呢")
    press = Event.of(OFFICER, "page", EventKind.PRESS, f"ack/{own.id}/{own.version}")
    shown["refused change"] = house.assistant.handle(press)
    monkeypatch.setattr("bot.topics.reader.asking.ask", lambda *_: 1 / 0)
    shown["failed"] = say(house, "火星土豆")
    telling = {address for address, reply in shown.items() if SAYS in plain(reply)}
    expected = {"help", "refused", "unknown", "not written", "refused change", "failed"}
    assert telling >= expected | {"fb/umbrella/wrong", "g/umbrella/v/more"}
    for address in telling:
        reply = shown[address]
        others = [block for block in reply.blocks if not isinstance(block, Call)]
        assert not [line for one in others for line in lines(one) if SAYS in line], address
        assert {(one.name, one.number) for one in calls(reply)} == {(LI.name, LI.number)}, address


def test_a_walk_whose_guide_has_gone(house: House, library: Path) -> None:
    """Nothing leads on from there, so one has to know whom to ask."""
    guide = house.serving.release.library.guide("umbrella")
    assert guide is not None
    walk = house.incidents.walks.start(OFFICER.person, guide, "警情A", NOW)
    gone = replace(house.serving.release.library, guides=())
    house.serving.release.library = gone
    reply = house.assistant.handle(Event.of(OFFICER, "page", EventKind.PRESS, f"walk/{walk.id}"))
    assert "已经撤下" in plain(reply)
    assert [one.name for one in calls(reply)] == [LI.name]


def test_nobody_is_promised_where_nobody_is_known(house: House) -> None:
    house.assistant.on_call = {}
    reply = say(house, "火星土豆")
    assert [(one.name, one.number) for one in calls(reply)] == [("", "")]
    assert plain(Reply(tuple(calls(reply)))) == ON_CALL
    assert "本单位值班法制民警" in ON_CALL


def test_nothing_to_serve(tmp_path: Path, library: Path) -> None:
    settings = Settings(data=tmp_path / "none", library=library, on_call=read_on_call(WRITTEN))
    empty = assemble(settings, lambda: NOW)
    assert [one.name for one in calls(say(empty, "雨伞"))] == [LI.name]
    empty.database.close()


def test_on_telegram_and_in_the_terminal_the_number_stands_in_the_text(house: House) -> None:
    reply = say(house, "火星土豆")
    assert "☎️" in draw(reply).text
    for text in (draw(reply).text, drawn_in_text(reply)):
        assert f"{ON_CALL}\n李警官：(027) 765 4321" in text


def test_on_the_page_the_number_can_be_tapped(house: House) -> None:
    member = let_in(house, None, Role.OFFICER, "城东分局/河口派出所")
    with browsing(house, signed_in(house, member.person)) as browser:
        page = browser.get("/s/help").text
        assert '<a class="button" href="tel:0277654321">打电话：李警官 (027) 765 4321</a>' in page


def test_a_form_that_leads_on_still_gives_the_number(house: House) -> None:
    member = let_in(house, None, Role.OFFICER, "城东分局/河口派出所")
    with browsing(house, signed_in(house, member.person)) as browser:
        form = csrf_of(browser.get("/s/fb/umbrella").text)
        answer = browser.post("/s/fb/umbrella/wrong", data=form)
        assert answer.status_code == 303
        page = browser.get(answer.headers["location"]).text
        assert page.count(WRONG) == 1
        assert "tel:0277654321" in page
        assert WRONG not in browser.get("/s/g/umbrella").text, "said once"
        clock = started(house, member.person, NOW)
        form = csrf_of(browser.get(f"/s/clock/{clock.id}").text)
        answer = browser.post(f"/s/ack/{clock.id}/{clock.version}", data=form)
        page = browser.get(answer.headers["location"]).text
        assert page.count(ON_CALL) == 1, "not due yet: refused"
        assert "tel:0277654321" in page


def test_a_page_that_failed_says_whom_to_call(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = let_in(house, None, Role.OFFICER, "城东分局/河口派出所")
    monkeypatch.setattr("bot.web.app.screen_page", lambda *_: 1 / 0)
    with browsing(house, signed_in(house, member.person)) as browser:
        answer = browser.get("/s/help")
    assert answer.status_code == 500
    assert "tel:0277654321" in answer.text


def test_who_is_too_fast_still_gets_the_number_and_a_stranger_does_not(house: House) -> None:
    member = let_in(house, None, Role.OFFICER, "城东分局/河口派出所")
    with browsing(house, signed_in(house, member.person)) as browser:
        told = [browser.get("/s/help") for _ in range(40)]
    stopped = [one.text for one in told if one.status_code == 429]
    assert stopped
    for page in stopped:
        assert SAYS in page
        assert "tel:0277654321" in page
    with browsing(house) as browser:
        told = [browser.get("/s/help") for _ in range(40)]
    # Three hundred officers may come from one address in the morning: nobody is too fast there.
    assert {one.status_code for one in told} == {401}
    assert not [one for one in told if "tel:" in one.text]
