"""A YAML file as plain data with the place of every value: stricter than YAML 1.1.

Legal staff write these files by hand. What YAML would silently read as something
else (``no``, ``12:30``, ``012``, a key written twice, an alias) is a problem with
a line and a column here, never a surprise later. All problems of a file are
returned together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from guides import disk, slips
from guides.disk import NotRead, Why
from guides.problems import Mark, Problem
from guides.yaml_error import BREAKS, explain

MAX_BYTES = 256 * 1024
MAX_DEPTH = 30

Loc: TypeAlias = tuple[str | int, ...]

_INT = re.compile(r"^-?(?:0|[1-9]\d{0,17})$")
# Plain words that YAML 1.1 readers take for true or false, and numbers they rewrite.
_QUOTE = '写成 "{text}"'
_TRAPS = (
    (
        re.compile(r"^(?:y|n|yes|no|on|off|True|False|TRUE|FALSE)$", re.I),
        "真假值",
        '表示真假写 {meant}；当文字用写成 "{text}"',
    ),
    (re.compile(r"^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$"), "六十进制的数", _QUOTE),
    (re.compile(r"^[-+]?0\d+$"), "八进制的数", _QUOTE),
    (
        re.compile(r"^[-+]?(?:0x[0-9a-fA-F_]+|0b[01_]+|\d[\d_]*_[\d_]*)$"),
        "特殊写法的数",
        _QUOTE,
    ),
    (
        re.compile(r"^[-+]?(?:\.inf|\.nan|\d+(?:\.\d*)?[eE][-+]?\d+)$", re.I),
        "特殊写法的数",
        _QUOTE,
    ),
    (re.compile(r"^[-+]?\d{19,}$"), "大得用不了的数", "改成合理的数；当文字用的加引号"),
)
_TRUE_FALSE = {"true": True, "false": False}
_MEANT = dict.fromkeys(("y", "yes", "on", "true"), "true")
_MEANT |= dict.fromkeys(("n", "no", "off", "false"), "false")
_CODES = {Why.CLOSED: "G001", Why.TOO_LARGE: "G008", Why.ENCODING: "G007"}


@dataclass(frozen=True)
class Source:
    """``data`` is None when nothing could be read; ``marks`` maps a location to its place;
    ``text`` is the file as it was read."""

    path: Path
    data: Any
    marks: dict[Loc, Mark]
    problems: tuple[Problem, ...]
    text: str = ""
    told: frozenset[Loc] = frozenset()  # values that a problem was already told of

    def mark(self, loc: Loc) -> Mark:
        """The place of ``loc``, or of the nearest thing around it."""
        while loc not in self.marks and loc:
            loc = loc[:-1]
        return self.marks.get(loc, Mark())


def read_text(path: Path, limit: int = MAX_BYTES) -> tuple[str, list[Problem]]:
    """The text of a UTF-8 file, or "" and the problem that kept it from being read."""
    try:
        text = disk.read_text(path, limit)
    except NotRead as error:
        mend = error.mend
        if error.why is Why.TOO_LARGE:
            mend = "一份指引一个文件，过长的拆成几份，用 see_also 相连"
        return "", [Problem(path, Mark(error.line), _CODES[error.why], error.wrong, mend)]
    if text.startswith("\ufeff"):
        mend = "在编辑器里选“另存为”，编码选 UTF-8（不要“带 BOM”）"
        return "", [Problem(path, Mark(), "G007", "文件开头有 BOM 标记", mend)]
    return text, []


def read_yaml(path: Path, limit: int = MAX_BYTES) -> Source:
    """Read one file of at most ``limit`` bytes; never raises for what is in it."""
    text, problems = read_text(path, limit)
    if problems:
        return Source(path, None, {}, tuple(problems))
    try:
        unreadable = _aliases(path, text)
        if unreadable:
            return Source(path, None, {}, tuple(unreadable))
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return Source(path, None, {}, (explain(path, text, error),))
    if node is None:
        empty = Problem(path, Mark(), "G001", "文件是空的", "写上内容，或者删掉这个文件")
        return Source(path, None, {}, (empty,))
    reader = _Reader(path, text)
    data = reader.value(node, ())
    found, told = tuple(reader.problems), frozenset(reader.told)
    return Source(path, data, reader.marks, found, text, told)


def _aliases(path: Path, text: str) -> list[Problem]:
    """Anchors, aliases and tags, found before composing: an alias bomb is never expanded."""
    found = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        at: Any = event.start_mark
        mark = Mark(at.line + 1, at.column + 1)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                wrong = f"嵌套超过 {MAX_DEPTH} 层"
                return [Problem(path, mark, "G001", wrong, "检查缩进和括号是不是写错了")]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or anchor:
            wrong = f"用了锚点或引用（{anchor}）"
            found.append(
                Problem(path, mark, "G006", wrong, "把内容原样写出来；以 & 或 * 开头的文字加引号")
            )
        elif tag:
            wrong = f"用了类型标记（{tag}）"
            found.append(Problem(path, mark, "G006", wrong, "去掉标记；以 ! 开头的文字加引号"))
    return found


class _Reader:
    """Turns composed nodes into plain data and remembers where each value stood."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = BREAKS.split(text)
        self.marks: dict[Loc, Mark] = {}
        self.problems: list[Problem] = []
        self.told: set[Loc] = set()

    def value(self, node: yaml.Node, loc: Loc) -> Any:
        self.marks.setdefault(loc, _mark(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*loc, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, loc)  # type: ignore[arg-type]  # the only kind left

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "G004", "字段名不是文字", "检查冒号和缩进")
                continue
            key = str(key_node.value)
            place = (*loc, key)
            if key in data:
                first = self.marks[place].line
                self._problem(
                    key_node,
                    "G002",
                    f"“{key}”写了两遍，第一遍在第 {first} 行",
                    "只留一处；YAML 会悄悄丢掉前一处",
                )
                continue
            self.marks[place] = _mark(key_node)
            data[key] = self.value(value_node, place)
        return data

    def _scalar(self, node: yaml.ScalarNode, loc: Loc) -> Any:
        text = str(node.value)
        if node.style in ("'", '"', "|", ">"):  # text, whatever it looks like
            return text
        self._look_for_lost_words(node, text)
        if text in ("", "~", "null"):
            return None
        if text in _TRUE_FALSE:
            return _TRUE_FALSE[text]
        if _INT.match(text):
            return int(text)
        for pattern, what, mend in _TRAPS:
            if pattern.match(text):
                wrong = f"{text[:40]} 没有加引号，YAML 会把它读成{what}"
                meant = _MEANT.get(text.lower(), "")
                self._problem(node, "G004", wrong, mend.format(text=text[:40], meant=meant))
                self.told.add(loc)
                return text
        return text

    def _look_for_lost_words(self, node: yaml.ScalarNode, text: str) -> None:
        """Words behind `` #``, and a field that a full-width colon made part of a sentence."""
        start, end = node.start_mark.line, node.end_mark.line
        behind = self.lines[end][node.end_mark.column :] if end < len(self.lines) else ""
        comment = re.match(r"[ \t]+#(.*)", behind)
        if comment and not text.isascii():
            place = Mark(end + 1, node.end_mark.column + comment.start(1))
            wrong = f"“ #”后面的“{comment[1].strip()[:20]}”被当成备注，谁也看不到"
            mend = "是正文就把整句加上引号；是备注就另起一行写；法名和 # 之间不空格"
            self.problems.append(Problem(self.path, place, "G016", wrong, mend))
        for number in range(start + 1, end + 1):
            if slip := slips.find(self.lines[number]):
                mark = Mark(number + 1, slip.column)
                self.problems.append(Problem(self.path, mark, "G001", slip.wrong, slip.mend))

    def _problem(self, node: yaml.Node, code: str, wrong: str, mend: str) -> None:
        self.problems.append(Problem(self.path, _mark(node), code, wrong, mend))


def _mark(node: yaml.Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
