"""Started time limits: the list with its lights, one clock, and starting one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.clocks.changes import begun
from bot.clocks.clock import Clock, Light, due, left, light, siblings
from bot.clocks.matches import fitting
from bot.clocks.moments import read_start
from bot.clocks.schedule import snoozes, warnings
from bot.clocks.spans import spoken
from bot.people.duties import Action, Thing, may
from bot.screens.calendar_file import as_calendar
from bot.screens.cards import back, crumbs, home
from bot.screens.limit import counted_blocks
from bot.screens.reply import (
    Block,
    Button,
    Caution,
    Crumbs,
    Draft,
    File,
    Item,
    Items,
    Reply,
    Text,
    Title,
    lines,
)
from bot.screens.sentences import ELSEWHERE, HOME
from bot.topics.clocks.reached import only_while_open
from bot.topics.topic import Turn, hearing, screen
from bot.walks.label import is_question, next_label
from bot.walks.walk import WalkState
from guides.limit_words import at_end_line, limit_line, tier_line
from guides.limits import Due
from guides.model import Guide
from guides.parts import Limit

LIGHTS = {Light.RED: "🔴", Light.AMBER: "🟡", Light.GREEN: "🟢"}
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_NOW = "-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST_SAID = 14  # characters beside the time: more is a question


@screen("clocks")
def open_clocks(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``clocks``: all that run, the nearest first; ``clocks/<walk>``: those of one walk."""
    if turn.incidents is None or len(rest) > 1:
        return None
    mine = turn.incidents.clocks.of(turn.member.person)
    running = [clock for clock in mine if not rest or clock.walk == rest[0]]
    running.sort(key=lambda clock: due(clock, turn.library.calendar, turn.now).due)
    draft = Draft().add(Crumbs((HOME, "我的时限")), Title("我的时限"))
    if not running:
        draft.add(Text("没有在走的时限。在指引的“时限”里开始，或者直接发“10:05 传唤到案”。"))
    else:
        draft.add(only_while_open(turn))
    draft.grid([Button(clock_line(turn, clock), f"clock/{clock.id}") for clock in running], wide=1)
    if rest:
        draft.row(back(f"walk/{rest[0]}", "接着办"))
    draft.row(Button("提醒设置", "remind"), Button("我的处置", "walks")).row(home())
    return draft.reply(live=bool(running))


def clock_line(turn: Turn, clock: Clock) -> str:
    """「🟡 还有 40 分钟 · 警情A · 询问查证8小时」; without the guide's words where they may not
    be shown."""
    told = due(clock, turn.library.calendar, turn.now)
    lamp = LIGHTS[light(clock, turn.library.calendar, turn.now)]
    state = "已暂停" if clock.pause else left(told.due, turn.now)
    named = f" · {limit_line(clock.limit)}" if turn.may_show(clock) else ""
    return f"{lamp} {state} · {clock.label}{named}"


def own_clock(turn: Turn, id: str) -> Clock | None:
    """A clock of the person who asks, or one whose warning did not reach its person, for those
    who were told instead; None for everybody else's."""
    if turn.incidents is None:
        return None
    told = partial(turn.incidents.outbox.relayed, turn.member.person, id)
    clock = turn.incidents.clocks.get(id)
    allowed = clock and may(turn.member, Action.CLOCK, Thing(clock.person, told=told))
    return clock if allowed else None


@screen("clock")
def open_clock(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    clock = own_clock(turn, rest[0]) if len(rest) == 1 else None
    return shown(turn, clock) if clock else None


def shown(
    turn: Turn, clock: Clock, fresh: bool = False, told: Sequence[Block] = (), toast: str = ""
) -> Reply:
    """A clock with everything that may be done to it; ``told``: what just happened, ``toast``:
    what was done. Where its words may not be shown: how it stands, and what can be done without
    them."""
    at = f"clock/{clock.id}"
    toast = "\n".join(line for block in told for line in lines(block)) or toast
    if turn.leads:
        return Reply(tuple(told), at=at, toast=toast)
    guide = turn.library.guide(clock.guide)
    now, calendar, words = turn.now, turn.library.calendar, turn.may_show(clock)
    stands = due(clock, calendar, now)
    state = "已停止" if clock.stopped else "已暂停" if clock.pause else left(stands.due, now)
    lamp = "⏹" if clock.stopped else LIGHTS[light(clock, calendar, now)]
    named = clock.limit.label if words else "一个时限"
    at_end = clock.limit.at_end if words else None
    draft = Draft().add(
        Crumbs((HOME, "我的时限", clock.label)),
        *told,
        Title(f"{lamp} {state}"),
        Text(f"〔{clock.label}〕{named}\n{stands.due:%Y-%m-%d %H:%M} 到期"),
        Caution(at_end_line(at_end)) if at_end else None,
        Caution("还在暂停：到期时间随着往后走，恢复后按实际扣除。") if clock.pause else None,
        Caution("已确认到期，不再提醒；办完了请停止。") if clock.acknowledged else None,
        None if clock.stopped else only_while_open(turn),
        *(_words(turn, clock, guide, stands) if words else [Text(ELSEWHERE)]),
    )
    if clock.stopped:
        draft.add(Text(f"{clock.stopped.astimezone(now.tzinfo):%Y-%m-%d %H:%M} 停止"))
    else:
        version = f"{clock.id}/{clock.version}"
        if stands.due <= now and not clock.acknowledged:
            draft.row(Button("知道了，不再提醒", f"ack/{version}"))
        if words:
            _actions(draft, clock, guide)
        draft.grid(snooze_buttons(version, None if clock.pause else stands.due, now))
        draft.row(Button("已办完，停止", f"stop/{version}"))
    if clock.walk:
        draft.row(back(f"walk/{clock.walk}", f"{clock.label} 的步骤"))
    draft.row(back("clocks", "我的时限"), home())
    return draft.reply(fresh, at, toast, live=clock.stopped is None)


def _words(turn: Turn, clock: Clock, guide: Guide | None, stands: Due) -> Iterable[Block]:
    """What the guide says of it: how it is counted, and how it may be extended."""
    limit = clock.limit
    if guide and guide.limit(limit.id) != limit and not clock.stopped:
        yield Caution("指引里的这个时限改过了；这里仍按开始时的算，请核对。")
    yield from counted_blocks(stands, turn.library)
    if limit.extend:
        lines = [
            Item(("✓ 已用：" if n < clock.tiers else "") + tier_line(tier))
            for n, tier in enumerate(limit.extend)
        ]
        yield Items("可以延长", tuple(lines))


def _actions(draft: Draft, clock: Clock, guide: Guide | None) -> None:
    """What needs the words of the guide."""
    at = f"{clock.id}/{clock.version}"
    draft.row(
        Button("延长", f"longer/{at}") if clock.tiers < len(clock.limit.extend) else None,
        Button("换一档", f"move/{at}") if guide and siblings(guide, clock.limit) else None,
    )
    if clock.pause:
        draft.row(Button("恢复计时", f"go/{at}"))
    elif clock.limit.suspends:
        draft.row(Button("扣除时间（暂停）", f"halt/{at}"))
    draft.row(Button("改起算时间", f"since/{clock.id}"), Button("日历文件", f"ics/{clock.id}"))


def snooze_buttons(at: str, end: datetime | None, now: datetime) -> list[Button]:
    """For a clock ``at`` <id>/<version> that runs until ``end``; None: it is paused."""
    return [
        Button(f"{spoken(timedelta(minutes=minutes))}后再提醒", f"snooze/{at}/{minutes}")
        for minutes in snoozes(end, now)
    ]


@screen("ics")
def calendar_file(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """For the phone's own calendar, whose alarms need no network."""
    clock = own_clock(turn, rest[0]) if len(rest) == 1 else None
    if clock is None or clock.stopped or turn.now.tzinfo is None or turn.incidents is None:
        return None
    turn.guard(clock)
    calendar, zone = turn.library.calendar, turn.now.tzinfo
    wishes = turn.incidents.preferences.of(turn.member.person)
    alarms = warnings(clock, calendar, turn.now, wishes, zone)
    text = as_calendar(clock, due(clock, calendar, turn.now), alarms, zone)
    told = "存进手机日历，没有网络也会响。时限改了要重新导入。"
    return (
        Draft()
        .add(
            Crumbs((HOME, "我的时限", clock.label)),
            Title("日历文件"),
            Text(told),
            File(f"时限-{clock.label}.ics", "text/calendar", text, f"ics/{clock.id}"),
        )
        .row(back(f"clock/{clock.id}", "这个时限"), home())
        .reply(fresh=True)
    )


def offer_start(turn: Turn, guide: Guide, limit: Limit, walk: str) -> Reply:
    """From when does it run? Asked when a step of ``walk`` is ticked that starts a limit."""
    at = f"when/{limit.id}/{walk}"
    turn.conversation.awaiting = at
    draft = Draft().add(
        crumbs(turn.library, guide, "计时"),
        Title(f"从什么时候起算：{limit_line(limit)}"),
        Text(f"从{limit.since}起算。{limit.counting}"),
        Caution(at_end_line(limit.at_end)) if limit.at_end else None,
        Text("按“从现在起算”，或者直接发时间，例如 10:05、昨天 22:30。"),
    )
    draft.row(Button("从现在起算", start_address(turn, limit, None, walk), primary=True))
    draft.row(back(f"walk/{walk}", "先不计时"))
    return draft.row(back(f"g/{guide.id}/v/limits", "时限"), home()).reply(at=at)


def start_address(turn: Turn, limit: Limit, start: datetime | None, walk: str = "") -> str:
    """``run/<limit>/<id>/<minutes since 2020, or ->[/<walk>]``: pressed twice it is one clock."""
    new = turn.incidents.new_id() if turn.incidents else "0" * 8
    moment = _NOW if start is None else written_minute(start)
    return "/".join(part for part in ("run", limit.id, new, moment, walk) if part)


@screen("run", changes=True)
def run(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    known = turn.library.limit(rest[0]) if len(rest) in (3, 4) else None
    if known is None or len(rest[1]) != 8:
        return None
    start = turn.now if rest[2] == _NOW else read_minute(rest[2], turn.now)
    return start_clock(turn, *known, rest[1], start, rest[3] if rest[3:] else "")


def start_clock(
    turn: Turn, guide: Guide, limit: Limit, id: str, start: datetime | None, walk: str = ""
) -> Reply | None:
    """Start a clock, of ``walk`` or of the only walk under way along its guide; none of a walk
    that is not one's own."""
    if turn.incidents is None or start is None:
        return None
    if (already := own_clock(turn, id)) is not None:
        return shown(turn, already)
    known = turn.incidents.walks.get(walk) if walk else None
    if walk and not (known and may(turn.member, Action.WALK, Thing(known.person))):
        return None
    mine = [w for w in turn.incidents.walks.named(turn.member.person) if w.guide == guide.id]
    under_way = [w for w in mine if w.state is not WalkState.FINISHED and walk in ("", w.id)]
    of = under_way[0] if len(under_way) == 1 else None
    person = turn.member.person
    used = {w.label for w in mine}
    label = of.label if of else next_label(used | turn.incidents.clocks.labels(person))
    try:
        clock = begun(id, person, of.id if of else None, guide, label, limit, start, turn.now)
        fresh = turn.incidents.begin(clock, turn.library.calendar, turn.now)
    except ValueError as error:
        again, told = f"l/{limit.id}", str(error)
        draft = Draft().add(Caution(told)).row(Button("改起算时间", again)).row(home())
        return draft.reply(fresh=True, at=again, toast=told)
    started = clock if fresh else own_clock(turn, id)
    return shown(turn, started, fresh=True) if started else None


@hearing
def hear_started(turn: Turn, text: str) -> Reply | None:
    """「10:05 传唤到案」 offers the limits that fit; a question stays a question."""
    said = read_start(text, turn.now)
    if said is None or turn.incidents is None:
        return None
    start, words = said
    if not words or len(words) > _MOST_SAID or is_question(words):
        return None
    found = fitting(words, turn.library)
    if not found:
        return None
    turn.conversation.question = ""
    items = tuple(
        Item(limit_line(one), f"{guide.title}，从{one.since}起算") for guide, one in found
    )
    draft = Draft().add(
        Crumbs((HOME, "计时")), Title(f"{start:%m-%d %H:%M} 起算哪一个？"), Items("", items, True)
    )
    for _, limit in found:
        draft.row(Button(limit.label, start_address(turn, limit, start)))
    return draft.row(home()).reply(fresh=True)


def written_minute(moment: datetime) -> str:
    """Minutes since 2020, in few characters: for an address."""
    minutes = (moment.astimezone(UTC) - _EPOCH) // timedelta(minutes=1)
    sign, minutes = "-" * (minutes < 0), abs(minutes)
    digits = ""
    while minutes:
        minutes, digit = divmod(minutes, 36)
        digits = _DIGITS[digit] + digits
    return sign + (digits or "0")


def read_minute(text: str, now: datetime) -> datetime | None:
    """As ``written_minute``, in the zone of ``now``; None: it is none."""
    digits = text.removeprefix("-")
    if not 0 < len(digits) <= 5 or any(letter not in _DIGITS for letter in digits):
        return None
    return (_EPOCH + timedelta(minutes=int(text, 36))).astimezone(now.tzinfo)
