"""File -> model, strictly; every problem of a file at once, in Chinese, with its place."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from guides import slips
from guides.model import Guide, Redline
from guides.problems import Mark, Problem
from guides.yaml_source import Loc, Source, read_yaml

# Filled from asked/<id>.txt, never from the file of the guide itself.
NOT_IN_FILE = "asked"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Read(Generic[M]):
    """``model`` is None when the file has problems that leave nothing to show."""

    source: Source
    model: M | None
    problems: tuple[Problem, ...]


def read_guide(path: Path) -> Read[Guide]:
    return _read(path, Guide)


def read_redline(path: Path) -> Read[Redline]:
    return _read(path, Redline)


def _read(path: Path, shape: type[M]) -> Read[M]:
    source = read_yaml(path)
    problems = list(source.problems)
    if source.data is None:
        return Read(source, None, tuple(problems))
    if not isinstance(source.data, dict):
        wrong = "文件的最外层应是“字段: 内容”"
        problems.append(Problem(path, Mark(), "G004", wrong, "从 id: 开始写，参照手册里的样例"))
        return Read(source, None, tuple(problems))
    data = dict(source.data)
    if NOT_IN_FILE in data:
        mark = source.mark((NOT_IN_FILE,))
        mend = "问法写在 asked/<id>.txt，一行一句"
        problems.append(Problem(path, mark, "G003", "指引文件里不写 asked", mend))
        del data[NOT_IN_FILE]
    model: M | None = None
    try:
        # Through JSON: strict types, yet lists may become tuples and texts dates.
        model = shape.model_validate_json(json.dumps(data, ensure_ascii=False))
    except ValidationError as error:
        problems += [
            _explain(source, shape, details)
            for details in error.errors()
            if not _other_half_of_union(details)
            and _in_file(source, details["loc"]) not in source.told
        ]
    return Read(source, model, tuple(sorted(set(problems), key=lambda p: p.order)))


def _other_half_of_union(details: ErrorDetails) -> bool:
    """A ``say`` entry is text or ``{article: ...}``; only the half that was meant is told."""
    if details["type"] == "string_type":
        return isinstance(details["input"], dict) and "say" in details["loc"]
    return details["type"] == "model_type" and details["loc"][-1] == "Prescribed"


def _explain(source: Source, shape: type[BaseModel], details: ErrorDetails) -> Problem:
    loc = _in_file(source, details["loc"])
    name = _spoken(loc)
    kind, context = details["type"], details.get("ctx", {})
    code, wrong, mend = "G004", f"{name}：{details['msg']}", "按手册里的格式改"
    if kind == "extra_forbidden":
        known = sorted(_known_fields(shape, details["loc"][:-1]))
        if odd := _odd_key(str(loc[-1])):
            return Problem(source.path, source.mark(loc), "G003", *odd)
        close = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
        hint = f"是不是想写 {close[0]}？" if close else ""
        code, wrong = "G003", f"没有“{loc[-1]}”这个字段"
        mend = f"{hint}这里可用的字段：{'、'.join(known)}"
    elif kind == "missing":
        code, wrong = "G005", f"缺少必填的“{details['loc'][-1]}”"
        mend = f"在{_spoken(loc[:-1])}里补上 {details['loc'][-1]}"
    elif kind == "value_error":
        wrong, mend = f"{name}：{context.get('error')}", "按提示改"
    elif kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")
        choices = [choice.strip("'") for choice in expected.split("、")]
        close = difflib.get_close_matches(str(details["input"]), choices, n=1)
        close = [_CHINESE[str(details["input"])]] if str(details["input"]) in _CHINESE else close
        hint = f"是不是想写 {close[0]}？" if close and close[0] in choices else ""
        wrong = f"{name}写的是“{_shown(details['input'])}”"
        mend = f"{hint}只能写 {'、'.join(choices)} 之一"
    elif kind in _EXPECTED:
        wrong = f"{name}写的是“{_shown(details['input'])}”，应是{_EXPECTED[kind]}"
        mend = "数字当文字用时加引号" if kind == "string_type" else "改成要求的写法"
        if details["input"] is None:
            mend = "写上内容，或者删掉这一行"
    elif kind == "string_pattern_mismatch":
        wrong, mend = _misshapen(str(details["input"]), str(context.get("pattern")))
        wrong = f"{name}写的是“{_shown(details['input'])}”，{wrong}"
    elif kind in ("string_too_long", "too_long"):
        most = context.get("max_length")
        wrong, mend = f"{name}太长", f"最多 {most} 个"
    elif kind in ("string_too_short", "too_short"):
        wrong, mend = f"{name}是空的", f"至少写 {context.get('min_length', 1)} 个"
    elif kind.startswith(("date", "datetime")):
        wrong = f"{name}写的是“{_shown(details['input'])}”，不是存在的日期"
        mend = "写成 2026-01-01 的样子"
    elif kind.startswith(("greater_than", "less_than")):
        wrong = f"{name}写的是 {_shown(details['input'])}，数字不在允许的范围"
        mend = f"至少是 {context.get('ge', context.get('gt', 0))}"
    return Problem(source.path, source.mark(loc), code, wrong, mend)


def _misshapen(text: str, pattern: str) -> tuple[str, str]:
    """What is wrong with a text that should be an id or a stretch of time, and the mend."""
    if odd := slips.odd_space(text):
        return f"里面有{odd[1]}", "删掉它，重新输入"
    if re.search(r"[，、；]", text):
        return "里面是全角标点", "各项之间用半角逗号加空格：[甲, 乙]"
    if pattern.endswith("[mhd]$"):
        return "不是时间间隔", "写成 2h（小时）、30m（分钟）、1d（天）"
    return "不是 id", "这里写 id，不写名称；id 用小写字母开头，只用小写字母、数字和连字符"


def _odd_key(key: str) -> tuple[str, str] | None:
    """A name of a field with a character in it that a Chinese keyboard put there."""
    if "：" in key:
        meant = key.partition("：")[0]
        return f"{meant} 后面是全角冒号“：”", f"改成半角冒号加空格：{meant}: …"
    if odd := slips.odd_space(key):
        return f"字段名“{key.strip()}”里有{odd[1]}", "删掉它，缩进和冒号前后用半角空格"
    return None


# What Chinese writes where one of a few English words must stand.
_CHINESE = {
    "小时": "hour", "日": "day", "天": "day", "工作日": "workday", "月": "month",
    "草稿": "draft", "使用中": "in_force", "已废止": "retired", "废止": "retired",
    "公开": "open", "内部": "internal", "指引": "guideline", "明白纸": "sheet",
    "新立": "new", "修改": "amend", "更正": "fix",
}  # fmt: skip
_EXPECTED = {
    "string_type": "文字",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "bool_type": "true 或 false",
    "tuple_type": "列表（每项前写“- ”，或者用方括号）",
    "model_type": "“字段: 内容”的一组",
    "model_attributes_type": "“字段: 内容”的一组",
    "dict_type": "“字段: 内容”的一组",
}


def _in_file(source: Source, loc: tuple[str | int, ...]) -> Loc:
    """Drop what pydantic puts into a location for the members of a union."""
    kept: list[str | int] = []
    for part in loc:
        candidate = (*kept, part)
        last = part == loc[-1]
        if candidate in source.marks or isinstance(part, int) or (last and _is_field(part)):
            kept.append(part)
    return tuple(kept)


def _is_field(part: str | int) -> bool:
    return isinstance(part, str) and part.islower() and "-" not in part and part != "str"


def _known_fields(shape: type[BaseModel], loc: tuple[str | int, ...]) -> set[str]:
    """Names allowed where ``loc`` points, found by walking the generated schema."""
    schema = shape.model_json_schema(by_alias=True)
    here: dict[str, Any] = schema
    for part in loc:
        here = _resolve(schema, here)
        if isinstance(part, int):
            here = here.get("items", {})
        elif part in here.get("properties", {}):
            here = here["properties"][part]
    return set(_resolve(schema, here).get("properties", {})) - {NOT_IN_FILE}


def _resolve(schema: dict[str, Any], here: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in here:
            here = next((o for o in here["anyOf"] if "$ref" in o or "items" in o), {})
        else:
            return here


def _spoken(loc: Loc) -> str:
    """``('steps', 2, 'cite')`` as 「steps 第 3 项的 cite」; the file itself as 「文件」."""
    words = ""
    for part in loc:
        if isinstance(part, int):
            words += f" 第 {part + 1} 项"
        else:
            words += f"的 {part}" if words else str(part)
    return words or "文件"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 30 else text[:29] + "…"
