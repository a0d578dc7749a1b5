"""Limits for the small guide: other conditions, and long ones."""

from __future__ import annotations

MORE = """\
  - id: umbrella-24h
    label: 看伞24小时（下大雨）
    amount: 24
    unit: hour
    from: 淋雨
    custody: true
    counting: 下大雨才用，从淋雨起算的总时长
    at_end: 放人
    cite: [测试法#6]
  - id: umbrella-12h
    label: 看伞12小时（雨大）
    amount: 12
    unit: hour
    from: 淋雨
    custody: true
    counting: 雨大才用，从淋雨起算的总时长
    at_end: 放人
    cite: [测试法#6]
  - id: umbrella-30d
    label: 查伞30日
    amount: 30
    unit: day
    from: 立案
    roll: next_workday
    counting: 次日起算
    suspends: [鉴定, 听证]
    cite: [测试法#7]
"""
