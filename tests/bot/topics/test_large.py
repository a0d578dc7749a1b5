"""Words held up to a person, and the questions of an interview to be copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.house import assemble
from bot.people.roles import Member
from bot.screens.cards import PAGE, paged
from bot.screens.reply import (
    MAX_ADDRESS,
    Big,
    Button,
    Copy,
    Event,
    EventKind,
    Items,
    Reply,
    Text,
    plain,
)
from bot.settings import Settings
from bot.telegram.drawing import MAX_COPY, MAX_TEXT, draw
from bot.topics.reader.guide import MOST_SHOWN
from bot.topics.reader.views import MOST_COPIED
from bot.topics.topic import SCREENS, Turn
from guides.folder import read_folder
from guides.library import Library
from guides.statutes import Article, Statute
from guides.texts import Texts
from index.answers import Answer
from tests.bot.conftest import ROOT
from tests.small_library import change

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ARTICLE = "收伞的时候应当告知伞主。"


def _no_questions(question: str) -> Answer:
    raise AssertionError("nothing is asked here")


def turn(library: Library, texts: Path) -> Turn:
    return Turn(now=NOW, release=1, library=library, texts=Texts(texts), answer=_no_questions)


def press(turn: Turn, address: str) -> Reply | None:
    prefix, *rest = address.split("/")
    return SCREENS[prefix](turn, tuple(rest))


@pytest.fixture
def small(library: Path, tmp_path: Path) -> Turn:
    return turn(read_folder(library).library(), tmp_path / "laws")


def put_article(turn: Turn, text: str = ARTICLE) -> None:
    """The article that the second words of the small guide are prescribed in."""
    law = turn.library.laws.find("测试法")
    assert law is not None
    version = law.version_on(date(2026, 11, 21))
    assert version is not None
    statute = Statute(Path("x"), (law.title,), (Article(3, 0, "第三条", "", text),))
    turn.texts.put(law, version, statute)


def large(reply: Reply | None) -> list[Button]:
    assert reply is not None
    return [button for button in reply.buttons() if button.label.startswith("大字给人看")]


def test_words_on_their_own(small: Turn) -> None:
    reply = press(small, "big/umbrella/look/1")
    assert reply is not None
    assert reply.blocks == (Big("请把伞收起来。"),)
    assert list(reply.buttons()) == [Button("‹ 返回", "g/umbrella/s/look")]


def test_prescribed_words_are_the_articles(small: Turn) -> None:
    put_article(small)
    reply = press(small, "big/umbrella/look/2")
    assert reply is not None
    told = Text("告知内容以条文为准：《测试法》第三条")
    assert reply.blocks == (told, Big(ARTICLE))


def test_a_long_article_is_cut_into_pages(small: Turn) -> None:
    put_article(small, "第一款写得很长。" * 700)
    reply = press(small, "big/umbrella/look/2")
    assert reply is not None
    pages = [paged(reply, "x", number) for number in range(1, 4)]
    assert sum(plain(page).count("第一款写得很长。") for page in pages) == 700
    assert all(len(plain(page)) < PAGE + 100 for page in pages)


def test_words_that_are_not_here_are_not_held_up(small: Turn) -> None:
    reply = press(small, "big/umbrella/look/2")
    assert reply is not None
    assert "还没有导入" in plain(reply)
    assert not any(isinstance(block, Big) for block in reply.blocks)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "umbrella",
        "umbrella/look",
        "umbrella/look/0",
        "umbrella/look/3",
        "umbrella/look/-1",
        "umbrella/look/x",
        "umbrella/look/1/1",
        "umbrella/family/1",
        "umbrella/nothing/1",
        "nothing/look/1",
    ],
)
def test_anything_else_means_nothing(rest: str, small: Turn) -> None:
    assert SCREENS["big"](small, tuple(rest.split("/"))) is None


def test_a_step_offers_what_can_be_shown(small: Turn) -> None:
    step = "g/umbrella/s/look"
    assert large(press(small, step)) == [Button("大字给人看", "big/umbrella/look/1")]
    put_article(small)
    assert large(press(small, step)) == [
        Button("大字给人看 1", "big/umbrella/look/1"),
        Button("大字给人看 2", "big/umbrella/look/2"),
    ]
    assert large(press(small, "g/umbrella/s/family")) == []


def test_no_more_than_four(library: Path, tmp_path: Path) -> None:
    words = ", ".join(f"请收第{n}把伞。" for n in range(1, 7))
    path = library / "scene" / "umbrella.yaml"
    article = "{article: 测试法#3}"
    change(path, f"say: [请把伞收起来。, {article}]", f"say: [{article}, {words}]")
    offered = large(
        press(turn(read_folder(library).library(), tmp_path / "laws"), "g/umbrella/s/look")
    )
    assert [b.label for b in offered] == [f"大字给人看 {n}" for n in range(1, MOST_SHOWN + 1)]
    assert [b.address[-1] for b in offered] == ["2", "3", "4", "5"], "the article is not here"


def test_every_address_fits(small: Turn) -> None:
    assert len(f"big/{'g' * 32}/{'s' * 24}/9".encode()) <= MAX_ADDRESS


def test_every_words_of_the_library(tmp_path: Path) -> None:
    """What a step offers opens, and is short enough for every channel."""
    library = read_folder(ROOT / "guides" / "library").library()
    here = turn(library, tmp_path)
    opened = 0
    for guide in library.guides:
        for step in guide.steps:
            for button in large(press(here, f"g/{guide.id}/s/{step.id}")):
                reply = press(here, button.address)
                assert reply is not None
                assert len(draw(reply).text) <= MAX_TEXT
                assert any(isinstance(block, Big) for block in reply.blocks)
                opened += 1
    assert opened > 50


def test_internal_words_are_not_shown_on_telegram(library: Path, tmp_path: Path) -> None:
    path = library / "scene" / "umbrella.yaml"
    change(path, "kind: guideline", "kind: guideline\ncirculation: internal")
    house = assemble(Settings(data=tmp_path / "var", library=library), lambda: NOW)
    house.serving.refresh(NOW)

    def shown(channel: str) -> str:
        event = Event.of(Member("a"), channel, EventKind.PRESS, "big/umbrella/look/1")
        return plain(house.assistant.handle(event))

    assert shown("page") == "请把伞收起来。"
    assert "内部指引" in shown("telegram")
    assert "请把伞" not in shown("telegram")
    house.database.close()


def outline(here: Turn, questions: tuple[str, ...]) -> tuple[list[str], list[Copy]]:
    """The questions as listed, and what copies them."""
    guides = tuple(
        g.model_copy(update={"interview": questions}) if g.id == "umbrella" else g
        for g in here.library.guides
    )
    reply = press(
        replace(here, library=replace(here.library, guides=guides)), "g/umbrella/v/interview"
    )
    assert reply is not None
    listed = next(block for block in reply.blocks if isinstance(block, Items))
    assert listed.numbered
    return [i.text for i in listed.items], [b for b in reply.blocks if isinstance(b, Copy)]


def test_a_short_outline_is_copied_at_once(small: Turn) -> None:
    listed, copies = outline(small, ("伞是谁的？", "几时买的？"))
    assert listed == ["伞是谁的？", "几时买的？"]
    assert copies == [Copy("复制全部", "1. 伞是谁的？\n2. 几时买的？")]


def test_a_long_outline_is_copied_in_pieces(small: Turn) -> None:
    questions = (*(f"第{n}把伞是谁的？" + "说" * 40 for n in range(1, 9)), "问" * 300, "完了？")
    listed, copies = outline(small, questions)
    assert listed == list(questions)
    assert [c.label for c in copies] == [
        "复制 1–4 题",
        "复制 5–8 题",
        "复制第 9 题",
        "复制第 10 题",
    ]
    lines = "\n".join(copy.text for copy in copies).split("\n")
    assert lines == [f"{n}. {question}" for n, question in enumerate(questions, start=1)]
    fitting = [copy for copy in copies if len(copy.text) <= MOST_COPIED]
    assert len(fitting) == 3, "a question is not cut in two"
    assert MOST_COPIED <= MAX_COPY


def test_a_piece_is_filled_to_the_last_character(small: Turn) -> None:
    first, second = "问" * 100, "答" * (MOST_COPIED - 100 - 2 * len("1. ") - 1)
    _, copies = outline(small, (first, second))
    assert [(c.label, len(c.text)) for c in copies] == [("复制全部", MOST_COPIED)]
    _, copies = outline(small, (first, second + "答"))
    assert [c.label for c in copies] == ["复制第 1 题", "复制第 2 题"]
