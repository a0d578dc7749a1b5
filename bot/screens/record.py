"""A walk as plain text for an officer's own notes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo

from bot.clocks.clock import Clock, due, left
from bot.screens.cards import source_line
from bot.screens.step import state_mark, step_words, waived_name, waived_words
from bot.walks.walk import NOT_APPLICABLE, Mark, Route, Walk, is_done, is_waived
from guides.citation import Citation
from guides.law import LawStatus
from guides.library import Library
from guides.limit_words import at_end_line, tier_line
from guides.model import Guide
from guides.parts import Direction, Step

_NOT_A_FILE = (
    "这是办事时的工作提示记录，不是案卷材料，不能代替笔录和法律文书；时间以录像和法律文书为准。"
)


def as_text(
    walk: Walk,
    guide: Guide,
    route: Route,
    clocks: Sequence[Clock],
    library: Library,
    zone: tzinfo,
    now: datetime,
) -> str:
    """Chinese plain text: the steps of the route with ticks, times and answers, the clocks, and
    the versions of the laws cited that were in force when the walk began.

    ``guide`` is the version that ``route`` was made of; times are told in ``zone``.
    """
    now = now.astimezone(zone)
    sections = [
        list(_head(walk, guide, zone, now)),
        ["【步骤】", *_steps(walk, guide, route, zone)],
        ["【走过别的分支时勾的】", *_aside(guide, route, zone)],
        ["【时限】", *(line for clock in clocks for line in _clock(clock, library, zone, now))],
        ["【依据（开始当天有效的版本）】", *_laws(walk, route, clocks, library, zone)],
        [_NOT_A_FILE],
    ]
    # A heading with nothing below it is left out.
    told = [s for s in sections if len(s) > 1 or not s[0].startswith("【")]
    return "\n\n".join("\n".join(section) for section in told) + "\n"


def _head(walk: Walk, guide: Guide, zone: tzinfo, now: datetime) -> Iterator[str]:
    yield f"处置记录 {walk.label}"
    until = f" 至 {guide.in_force.end}" if guide.in_force.end else " 起"
    yield f"指引：{guide.title}，第 {guide.revision} 版，{guide.in_force.start}{until}施行"
    if walk.revision != guide.revision:
        yield f"（办的时候最后看到的是第 {walk.revision} 版）"
    yield f"开始：{spoken(walk.started, zone)}"
    yield f"完成：{spoken(walk.finished, zone)}" if walk.finished else "完成：还没有完成"
    yield f"导出：{spoken(now, zone)}"


def _steps(walk: Walk, guide: Guide, route: Route, zone: tzinfo) -> Iterator[str]:
    for number, step in enumerate(route.steps, start=1):
        mark = walk.marks.get(step.id)
        done = is_done(step, walk)
        at = f"（{spoken(mark.at, zone)}）" if mark and done else ""
        told = f"{step_words(step)}{waived_words(step, walk)}{at}"
        yield f"{state_mark(step, walk, '✓', '□')} {number}. {told}"
        if mark and mark.choice is not None and not is_waived(step, walk):
            gone = "" if done else "（这个选项在现在的指引里已经没有了，要重新选）"
            yield f"    选：{mark.choice}{gone}"
    if route.again:
        yield f"（回到前面的步骤，要重新判断：{route.again.text}）"
    elif not route.ended:
        yield "（还没有走完，后面的步骤要看上面怎么选）"


def _aside(guide: Guide, route: Route, zone: tzinfo) -> Iterator[str]:
    for mark in route.aside:
        step = guide.step(mark.step)
        yield f"· {_named(step, mark)}（{spoken(mark.at, zone)}）"


def _named(step: Step | None, mark: Mark) -> str:
    name = step.text if step else f"指引里已经删去的一步（{mark.step}）"
    if step and step.only_if and mark.choice == NOT_APPLICABLE:
        return waived_name(name)
    return name if mark.choice is None else f"{name} 选：{mark.choice}"


def _clock(clock: Clock, library: Library, zone: tzinfo, now: datetime) -> Iterator[str]:
    told = due(clock, library.calendar, now)
    back = clock.limit.direction is Direction.BEFORE
    yield f"· {clock.limit.label}"
    begins = f"{spoken(told.started, zone)}（{clock.limit.since}）"
    yield f"    {'倒算自' if back else '起算'}：{begins}"
    for tier in told.applied:
        yield f"    {tier_line(tier)}"
    for pause in clock.pauses:
        end = f"到 {spoken(pause.end, zone)}" if pause.end else "还在暂停"
        yield f"    不计入：{spoken(pause.begin, zone)} {end}（{pause.why}）"
    yield f"    到期：{spoken(told.due, zone)}"
    if clock.stopped:
        late = "（超过期限）" if clock.stopped > told.due else ""
        yield f"    停止：{spoken(clock.stopped, zone)}{late}"
    else:
        yield f"    停止：还在走，{left(told.due, now)}"
    if clock.limit.at_end:
        yield f"    {at_end_line(clock.limit.at_end)}"
    if told.caution:
        yield f"    注意：{told.caution}"
    if source := source_line(clock.limit.cite, library):
        yield f"    {source}"


def _laws(
    walk: Walk, route: Route, clocks: Sequence[Clock], library: Library, zone: tzinfo
) -> Iterator[str]:
    citations = [citation for step in route.steps for citation in step.cite]
    citations += [citation for clock in clocks for citation in clock.limit.cite]
    day = walk.started.astimezone(zone).date()
    yield from dict.fromkeys(_version(citation, library, day) for citation in citations)


def _version(citation: Citation, library: Library, day: date) -> str:
    law = library.laws.find(citation.law)
    if law is None:
        return f"《{citation.law}》：目录里没有，使用前查对"
    version = law.version_on(day)
    if version is None or law.status is LawStatus.UNVERIFIED:
        return f"《{law.name}》：{day} 有效的文本没有登记，使用前查对"
    doubt = "，现行性未核" if law.status is LawStatus.UNKNOWN else ""
    return f"《{law.name}》（{version.label}，{version.effective} 起施行{doubt}）"


def spoken(moment: datetime, zone: tzinfo) -> str:
    """With the seconds of a day's last minute only: 23:59:59."""
    local = moment.astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second == 59 else "%Y-%m-%d %H:%M")
