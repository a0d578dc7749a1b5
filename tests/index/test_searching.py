"""Each channel finds what it is there for, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.folder import read_folder
from index.analysis import clauses, normalise, sounds, strip_fillers, tokens
from index.builder import build
from index.judging import FAINT
from index.searching import Searcher


@pytest.fixture
def searcher(library: Path) -> Searcher:
    newest = read_folder(library).library().newest()
    return Searcher(newest, build(newest))


def test_characters_and_pairs() -> None:
    assert list(tokens("扣车24小时")) == ["24h", "扣", "车", "扣车", "24", "小", "时", "小时"]


def test_quantities_are_the_same_however_they_are_said() -> None:
    for said, token in (
        ("二十四小时", "24h"),
        ("24个钟头", "24h"),
        ("两名民警", "2p"),
        ("二百块钱", "200y"),
        ("满十四周岁", "14a"),
    ):
        assert next(tokens(said)) == token


def test_homophones_sound_alike() -> None:
    assert list(sounds("受案会执")) == list(sounds("受案回执"))
    assert list(sounds("市")) == []


def test_pinyin_sounds_like_what_it_spells() -> None:
    for typed, meant in (
        ("shouanhuizhi", "受案回执"),
        ("chuan huan", "传唤"),
        ("ＣｈｕａｎＨｕａｎ", "传唤"),
        ("zhianchuanhuan", "治安传唤"),
        ("qubao houshen", "取保候审"),
        ("danganju", "档案局"),
        ("xianchang", "现场"),
    ):
        assert list(sounds(typed)) == list(sounds(meant)), typed
    assert list(sounds("KTV gps")) == []


def test_characters_without_a_known_sound_are_passed_over() -> None:
    assert list(sounds("㐂")) == []
    assert set(sounds("受案㐂回执")) == {*sounds("受案"), *sounds("回执")}


def test_clauses_are_questions_of_their_own() -> None:
    assert clauses("雨伞太重怎么收，另外半夜吹口哨管不管") == ("雨伞太重怎么收", "半夜吹口哨管不管")
    assert clauses("雨伞太重怎么收，急") == ()
    assert clauses("") == ()


def test_traditional_characters_are_folded() -> None:
    assert normalise("派出所傳喚人最多能問多長時間") == "派出所传唤人最多能问多长时间"
    assert normalise("醉駕抽血要幾個人") == "醉驾抽血要几个人"


def test_full_width_and_direction_marks_are_folded() -> None:
    assert normalise("ＡＢＣ\u202e　１２\x07３") == "abc 12 3"


def test_fillers_go_but_never_everything() -> None:
    assert strip_fillers("嗯那个，雨伞啊") == "，雨伞"
    assert strip_fillers("嗯嗯") == "嗯嗯"


def test_the_guide_of_the_words_comes_first(searcher: Searcher) -> None:
    best = searcher.search("半夜哨子响个不停听不清", explain=True).guides[0]
    assert best.id == "whistle"
    assert best.why
    assert all(reason in "半夜哨子响个不停听不清" for reason in best.why)


def test_the_words_of_officers_lead_to_the_words_of_the_law(searcher: Searcher) -> None:
    best = searcher.search("撑花", explain=True).guides[0]
    assert best.id == "umbrella"
    assert best.why[0] == "“撑花”即雨伞"


def test_a_homophone_is_heard(searcher: Searcher) -> None:
    best = searcher.search("拆岛乡", explain=True).guides  # nothing of it stands anywhere
    heard = searcher.search("耀光伞").guides  # sounds a little like nothing either
    assert all("读音" not in "".join(c.why) for c in best)
    assert heard[0].id == "umbrella"
    assert searcher.search("钞子般夜想").guides[0].id == "whistle"  # 哨子半夜响


def test_a_name_written_as_it_sounds_is_heard_unless_somebody_wrote_it_so(
    searcher: Searcher,
) -> None:
    assert searcher.search("收叫雨伞").heard == ("umbrella",)  # 收缴雨伞
    assert searcher.search("收缴雨伞").heard == (), "called by its name"
    assert searcher.search("打伞").heard == (), "every pair of it was written"
    assert searcher.search("收叫雨伞的人怎么办").heard == (), "more than a name"


def test_pinyin_alone_finds_as_much_as_its_characters(searcher: Searcher) -> None:
    best = searcher.search("shaozi banye xiang").guides[0]  # 哨子半夜响
    assert best.id == "whistle"
    assert best.score > FAINT


def test_nothing_in_common_finds_nothing(searcher: Searcher) -> None:
    assert searcher.search("zzz").guides == ()
    assert searcher.search("").guides == ()


def test_five_thousand_characters_are_only_a_long_question(searcher: Searcher) -> None:
    assert searcher.search("雨伞太重拿不动" * 800).guides[0].id == "umbrella"
