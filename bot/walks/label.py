"""What a walk or a clock is called: a code such as 警情A, never who or which number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from guides.personal import found_in_label

LONGEST = 40  # characters
_ASKS = re.compile(r"[?？吗么呢怎咋几谁啥哪]|什么|多久|多少|可以|能不能|要不要|行不行|是不是")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INSTEAD = "标签只用来分清几件事，请改成 警情A、路口事故 这样的代号"


def is_question(text: str) -> bool:
    """Rather something to be answered than a name for it."""
    return len(text) > 20 or bool(_ASKS.search(text))


def label_problem(text: str) -> str | None:
    """Why ``text`` cannot be a label, in Chinese: what, where, what instead; or None."""
    if not text.strip():
        return f"标签是空的。{_INSTEAD}"
    if len(text) > LONGEST:
        return f"标签有 {len(text)} 个字，最多 {LONGEST} 个。{_INSTEAD}"
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        return f"标签里有换行或者看不见的字符。{_INSTEAD}"
    for kind, start, end in found_in_label(plain):
        where = f"第 {start + 1} 到 {end} 个字"
        return f"标签的{where}像是{kind}，这里不保存这些。{_INSTEAD}"
    return None


def next_label(used: Collection[str]) -> str:
    """The first of 警情A, 警情B ... 警情Z, 警情AA ... that is not in use."""
    number = 0
    while (label := f"警情{_letters(number)}") in used:
        number += 1
    return label


def _letters(number: int) -> str:
    letters = _LETTERS[number % 26]
    return letters if number < 26 else _letters(number // 26 - 1) + letters
