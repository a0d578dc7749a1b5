"""A statute written as text: Markdown as it is published, plain text, what Word holds.

``第X条`` at the beginning of a line opens an article, every line below it is a 款 or a 项.
What is not the words of the law (annexes, footnotes, captions of an editor, characters one
cannot see) is left out and said; what may be either is an error at its line.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guides.citation import chinese_number
from guides.plain_lines import Line, plain_lines
from guides.statutes import Article, Finding, Statute, article_label
from guides.version_dates import Stated, days, days_and_years

_NUMERAL = r"[0-9零〇一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"^第\s*({_NUMERAL})\s*条(?:之({_NUMERAL}))?(?P<gap>[\s:：]*)(?P<text>.*)$")
_SUFFIX = re.compile(rf"^之({_NUMERAL})(?:[\s:：]+(?P<text>.*))?$")
_PART = re.compile(rf"^第\s*{_NUMERAL}\s*(编|分编|章|节)(?P<name>.*)$")
_UNNUMBERED_PART = re.compile(r"^(?:附\s*则|总\s*则|序\s*言)$")
_PARTS = ("编", "分编", "章", "节")
_REFERS = re.compile(
    r"^(?:[、和至及或的之款项第]|中所|所[称列]|规定)"
)  # 第十条第二款… in a sentence: no article
_COUNTED = re.compile(r"^[一二三四五六七八九十]{1,3}、[^，。；：]{1,30}$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_COUNT = r"\s*[一二三四五六七八九十\d]*\s*"
_ANNEX = re.compile(rf"^附\s*(?:[件录表图]{_COUNT}(?:[:：.．、《\s]|$)|{_COUNT}[:：]|$)")
_NOTE = re.compile(r"^(?:\[\^?\d{1,3}\]|［\d{1,3}］|(?:编者|译者)?注\s*[:：])")
_NOTE_MARK = re.compile(r"\[\^?\d{1,3}\]|［\d{1,3}］")
_CIRCLED = re.compile(r"[①-⑳]")
_IN_BRACKETS = re.compile(r"[（(].*?(?:[）)]|$)")
_CAPTION = re.compile(r"^(?:【[^】]{1,60}】)+\s*")
_ENDS = tuple("。；：！？，、…;:!?,.）)”’」』》")
_MOST_TOLD = 5


@dataclass
class _Open:
    """An article whose lines are still being collected."""

    number: int
    suffix: int
    chapter: str
    line: int
    texts: list[str] = field(default_factory=list)


def read_statute(path: Path, source: str) -> Statute:
    """ValueError for an article number nobody can read (beyond 9999, 第十十百条)."""
    reading = _Reading(path, list(plain_lines(source)))
    reading.read()
    return reading.statute()


class _Reading:
    def __init__(self, path: Path, lines: Sequence[Line]) -> None:
        self.path = path
        self.lines = lines
        self.findings: list[Finding] = []
        self.headings: list[str] = []
        self.names: list[str] = []  # lines before the first article that may be its name
        self.stated: list[Stated] = list(days_and_years(path.stem, "文件名"))
        self.articles: list[_Open] = []
        self.parts: dict[str, str] = {}
        self.collecting = False
        self.behind = False
        self.unended: list[Line] = []
        self.captions: list[int] = []
        self.pointers: dict[str, list[Line]] = defaultdict(list)  # by ①, ②, ...
        for line in lines:
            for mark in dict.fromkeys(_CIRCLED.findall(line.text[1:])):
                self.pointers[mark].append(line)
        self.starts = [n for n, line in enumerate(lines) if self._may_start(line)]
        self.last_start = self.starts[-1] if self.starts else -1

    def read(self) -> None:
        for place, line in enumerate(self.lines):
            if self.articles and (what := self._left_out(line, place)):
                if self._is_the_end(place, what):
                    self._say(line, f"从这一行起是{what}，没有收进条文")
                    break
                self._say(line, f"这一行是{what}，没有收进条文", fatal=what == "附件")
            elif not self._article(line) and not self._part(line, place):
                self._words(line, place)
        self._tell_unended()

    def statute(self) -> Statute:
        found = tuple(
            Article(a.number, a.suffix, article_label(a.number, a.suffix), a.chapter,
                    "\n".join(a.texts), a.line, self.path)
            for a in self.articles
        )  # fmt: skip
        return Statute(
            path=self.path,
            titles=tuple(self.headings or self.names),
            articles=found,
            stated=tuple(self.stated),
            findings=tuple(self.findings),
        )

    def _say(self, line: Line, message: str, fatal: bool = False) -> None:
        self.findings.append(Finding(self.path, line.number, message, fatal))

    @staticmethod
    def _may_start(line: Line) -> bool:
        match = _ARTICLE.match(line.text)
        return bool(match and (line.marked or match["gap"] or not match["text"]))

    def _left_out(self, line: Line, place: int) -> str:
        """Annexes and notes are no words of the law; what the line is, or ""."""
        if _ANNEX.match(line.text):
            return "附件"
        return "注释" if self._is_note(line, at_end=place > self.last_start) else ""

    def _is_the_end(self, place: int, what: str) -> bool:
        """No article follows, or only those of an annex, which begin at 第一条 again."""
        if place > self.last_start:
            return True
        match = _ARTICLE.match(self.lines[self.starts[bisect(self.starts, place)]].text)
        begins_again = match is not None and chinese_number(match[1]) <= self.articles[-1].number
        return what == "附件" and begins_again

    def _is_note(self, line: Line, at_end: bool) -> bool:
        if _NOTE.match(line.text):
            return True
        # ①甲；②乙 may be words of the law; a note stands at the end and is pointed at above.
        mark = line.text[0] if at_end else ""
        for other in self.pointers.get(mark, ()):
            if other.number >= self.articles[0].line:
                self._say(other, f"注码 {mark} 和正文分不开；删掉注码和后面的注释", fatal=True)
        return mark in self.pointers

    def _part(self, line: Line, place: int) -> bool:
        match = _PART.match(line.text)
        if match and _is_name(match["name"]):
            level = _PARTS.index(match[1])
            self.parts = {name: self.parts[name] for name in _PARTS[:level] if name in self.parts}
            self.parts[match[1]] = line.text
        elif _UNNUMBERED_PART.match(line.text) or self._is_chapter(line, place):
            self.parts = {"章": line.text}
        else:
            return False
        self.collecting = False
        return True

    def _is_chapter(self, line: Line, place: int) -> bool:
        """A heading between articles; 「一、一般规定」 right before one."""
        if line.level:
            return len(self.articles) > 0 and place < self.last_start
        below = self.lines[place + 1 : place + 2]
        return bool(_COUNTED.match(line.text) and any(map(self._may_start, below)))

    def _article(self, line: Line) -> bool:
        """第X条 opens an article when it stands apart, or is simply the next one."""
        last = self.articles[-1] if self.articles else None
        split = _SUFFIX.match(line.text)
        if split and last and self.collecting and not last.texts and not last.suffix:
            last.suffix = chinese_number(split[1])
            self._add(line, split["text"] or "")
            return True
        match = _ARTICLE.match(line.text)
        if match is None:
            return False
        place = (chinese_number(match[1]), chinese_number(match[2] or "0"))
        if not self._may_start(line):
            before = (last.number, last.suffix) if last else (0, 0)
            is_next = place in ((before[0] + 1, 0), (before[0], before[1] + 1))
            if not is_next or _REFERS.match(match["text"]):
                return False
        chapter = " / ".join(self.parts[name] for name in _PARTS if name in self.parts)
        self.articles.append(_Open(*place, chapter, line.number))
        self.collecting = True
        self._add(line, match["text"])
        return True

    def _words(self, line: Line, place: int) -> None:
        if not self.articles:
            self._head(line)
        elif self.collecting and not line.level:
            self._add(line, line.text)
        elif place < self.last_start:
            what = f"“{line.text[:20]}”不属于任何一条；是章节名的在前面加 #，多余的删掉"
            self._say(line, what, fatal=True)
        elif not self.behind:  # a heading behind the last article, and what follows it
            self.collecting, self.behind = False, True
            self._say(line, f"最后一条后面的“{line.text[:20]}”，没有收进条文")

    def _head(self, line: Line) -> None:
        place = f"第 {line.number} 行"
        self.stated += days_and_years(line.text, place) if line.level else days(line.text, place)
        if _CONTENTS.match(line.text):
            return
        if line.level and len(line.text) <= 200:
            self.headings.append(_NOTE_MARK.sub("", _CIRCLED.sub("", line.text)))
            return
        name = _IN_BRACKETS.sub("", line.text)
        if name and len(line.text) <= 80 and not any(days(name, "")):
            self.names.append(_CIRCLED.sub("", line.text))

    def _add(self, line: Line, text: str) -> None:
        text = _NOTE_MARK.sub("", text)
        if caption := _CAPTION.match(text):
            self.captions.append(line.number)
            text = text[caption.end() :]
        if not text:
            return
        self.articles[-1].texts.append(text)
        if not text.endswith(_ENDS):
            self.unended.append(line)

    def _tell_unended(self) -> None:
        """Every line of a statute ends in a mark: 14,800 articles were looked at."""
        for line in self.unended[:_MOST_TOLD]:
            what = (
                f"“{line.text[-20:]}”末尾没有标点：一句话断成两行的接起来，"
                "漏了句号的补上，是章节名的在前面加 #，不是条文的（署名、表格）删掉"
            )
            self._say(line, what, fatal=True)
        if (more := len(self.unended) - _MOST_TOLD) > 0:
            self.findings.append(Finding(self.path, 0, f"还有 {more} 行末尾没有标点"))
        if self.captions:
            what = f"条文前面的【…】是编者加的提要（{len(self.captions)} 处），没有收进条文"
            self.findings.append(Finding(self.path, self.captions[0], what, fatal=False))


def _is_name(text: str) -> bool:
    """What follows 第X章 on its line: nothing, or a name; not the rest of a sentence."""
    name = text.strip()
    stands_apart = not text or text[0].isspace()
    if not name or (stands_apart and not name.endswith("。")):
        return True
    return len(name) <= 30 and not re.search(r"[，。；：]", name) and not _REFERS.match(name)
