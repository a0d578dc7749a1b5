"""Word files: what is seen is read, what is not seen is not, and nothing harms."""

from __future__ import annotations

import pytest

from guides.disk import NotRead
from guides.word_file import read_word
from tests.small_word_file import word_file


def text(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def lines(body: str) -> list[str]:
    return [line for line in read_word(word_file(body)).splitlines() if line]


def test_paragraphs_of_several_runs_and_tables() -> None:
    body = f"<w:p>{text('第一')}{text('条')}<w:r><w:tab/></w:r>{text('云。')}</w:p>"
    body += f"<w:tbl><w:tr><w:tc><w:p>{text('甲')}</w:p></w:tc></w:tr></w:tbl>"
    body += f"<w:p>{text('雾')}<w:r><w:br/></w:r>{text('霾')}</w:p>"
    assert lines(body) == ["第一条 云。", "甲", "雾", "霾"]


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:r><w:instrText>PAGE</w:instrText></w:r>",
        text("旧", "<w:vanish/>"),
        f"<mc:AlternateContent><mc:Fallback>{text('旧')}</mc:Fallback></mc:AlternateContent>",
        '<w:r><w:footnoteReference w:id="1"/></w:r>',
    ],
)
def test_what_is_not_seen_is_not_read(unseen: str) -> None:
    assert lines(f"<w:p>{text('新')}{unseen}</w:p>") == ["新"]


def test_what_is_shown_again_is_read() -> None:
    shown = text("云", '<w:vanish w:val="0"/>')
    assert lines(f"<w:p>{shown}</w:p>") == ["云"]


@pytest.mark.parametrize("change", ["ins", "del", "moveFrom", "moveTo"])
def test_a_text_with_changes_nobody_accepted_is_refused(change: str) -> None:
    with pytest.raises(NotRead) as told:
        lines(f"<w:p>{text('云')}<w:{change}>{text('雾')}</w:{change}></w:p>")
    assert "接受（或者拒绝）所有修订" in told.value.mend


def test_a_deleted_paragraph_mark_is_a_change_too() -> None:
    mark = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    with pytest.raises(NotRead):
        lines(f"<w:p>{mark}{text('云')}</w:p>")


GROWING = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 30))
BOMB = f'<!DOCTYPE a [<!ENTITY e0 "云">{GROWING}]>'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xd0\xcf\x11\xe0 an older Word file", "不是 .docx 文件"),
        (b"", "不是 .docx 文件"),
        (word_file("", name="content.xml"), "不是 .docx 文件"),
        (word_file("<w:p>"), "损坏"),
        (word_file("<w:p>" * 50_000 + "</w:p>" * 50_000), "损坏"),
        (word_file("<w:t>&e29;</w:t>", BOMB), "DOCTYPE"),
    ],
    ids=["old", "empty", "other", "broken", "deep", "entities"],
)
def test_what_is_no_word_file_is_one_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(NotRead) as told:
        read_word(raw)
    assert said in told.value.wrong
    assert "另存为纯文本" in told.value.mend


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guides.word_file.MAX_XML", 10_000)
    with pytest.raises(NotRead) as told:
        read_word(word_file("<w:p/>" * 100_000))
    assert "太大" in told.value.wrong
