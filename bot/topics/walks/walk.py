"""伴随式: a guide walked for one incident, on whatever channel is at hand: its screens."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from bot.clocks.clock import Clock
from bot.people.duties import Action, Thing, may
from bot.screens.cards import back, home
from bot.screens.reply import (
    Button,
    Call,
    Caution,
    Crumbs,
    Draft,
    Item,
    Items,
    Reply,
    Text,
    Title,
)
from bot.screens.sentences import HOME, ON_CALL
from bot.screens.step import WAIVED, state_mark, step_words, waived_name, waived_words
from bot.topics.clocks.clock import clock_line
from bot.topics.reader.guide import papers_of, reasons_of, showing_buttons, words_of
from bot.topics.topic import Turn, screen
from bot.walks.walk import (
    NOT_APPLICABLE,
    Walk,
    WalkState,
    changes,
    current,
    is_done,
    is_waived,
    open_musts,
    route,
    seen_of,
)
from guides.model import Guide
from guides.parts import Limit, Step

STATES = {WalkState.OPEN: "进行中", WalkState.PAUSED: "已暂停", WalkState.FINISHED: "已完成"}
_LISTED = 40
WAIVE = "n"  # at the end of an address: the step does not apply
IN_LIST = "l"  # at the end of an address: pressed in the list of steps, which stays on the screen


@screen("walks")
def open_walks(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.incidents is None:
        return None
    known = turn.incidents.walks.of(turn.member.person)
    draft = Draft().add(Crumbs((HOME, "我的处置")), Title("我的处置"))
    if not known:
        draft.add(Text("还没有。打开一份指引，按“开始处置”。"))
    for walk in sorted(known, key=lambda one: one.state is WalkState.FINISHED)[:_LISTED]:
        guide = guide_of(turn, walk)
        named = guide.title if guide else "指引已撤下"
        label = f"{walk.label} · {named} · {STATES[walk.state]}"
        draft.row(Button(label, f"walk/{walk.id}"))
    return draft.row(Button("我的时限", "clocks"), home()).reply()


@screen("walk")
def open_walk(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``walk/<id>`` shows what comes next, ``walk/<id>/<step>`` one step of it."""
    walk = own_walk(turn, rest[0]) if rest else None
    guide = guide_of(turn, walk) if walk else None
    if walk is None or len(rest) > 2:
        return None
    step = guide.step(rest[1]) if guide and len(rest) == 2 else None
    if len(rest) == 2 and step is None:
        return None
    return shown(turn, walk, step=step)


def shown(
    turn: Turn, walk: Walk, fresh: bool = False, step: Step | None = None, toast: str = ""
) -> Reply:
    """The walk at ``step``, or at what comes next."""
    guide = guide_of(turn, walk)
    at = f"walk/{walk.id}/{step.id}" if step else f"walk/{walk.id}"
    if turn.leads:
        return Reply((), at=at, toast=toast)
    if guide is None:
        return _without_guide(walk, fresh)
    way = route(guide, walk)
    step = step or current(guide, walk)
    missing = open_musts(guide, walk)
    waived = sum(is_waived(one, walk) for one in way.steps)
    told = f"已办 {sum(is_done(one, walk) for one in way.steps) - waived} 步"
    told += f"，{NOT_APPLICABLE} {waived} 步" if waived else ""
    told += f"，必做的还有 {len(missing.steps)} 步" if missing.steps else ""
    clocks = clocks_of(turn, walk)
    running = tuple(Item(clock_line(turn, clock)) for clock in clocks if clock.stopped is None)
    draft = Draft().add(
        Crumbs((HOME, "我的处置", walk.label)),
        Title(f"〔{walk.label}〕{guide.title}"),
        Text(f"{STATES[walk.state]}。{told}。"),
        *_changed(guide, walk),
        Items("时限", running) if running else None,
    )
    if walk.revision != guide.revision or changes(guide, walk):
        draft.row(Button("知道指引改了什么", f"saw/{walk.id}"))
    if walk.state is WalkState.FINISHED:
        draft.row(Button("重新打开", f"reopen/{walk.id}"))
    elif step is None:
        draft.add(Text("这条路走完了。核对没有漏的，就可以完成。"))
    else:
        number = way.steps.index(step) + 1 if step in way.steps else 0
        _focus(turn, draft, guide, walk, step, number, clocks)
    return _below(draft, walk).reply(fresh, at, toast, live=bool(running))


def _focus(
    turn: Turn,
    draft: Draft,
    guide: Guide,
    walk: Walk,
    step: Step,
    number: int,
    clocks: Sequence[Clock],
) -> None:
    """One step in full, with what can be done about it. ``number``: 0 off the way."""
    line = f"{number or '·'}. {step_words(step)}{waived_words(step, walk)}"
    draft.add(Items("", (Item(line),)), *words_of(turn, step), *papers_of(guide, step))
    draft.add(reasons_of(turn, step))
    mark = walk.marks.get(step.id)
    for choice in step.choices:
        chosen = "● " if mark and mark.choice == choice.when else ""
        address = f"pick/{walk.id}/{step.id}/{choice_key(choice.when)}"
        draft.row(Button(f"{chosen}{choice.when}", address))
    if not step.choices:
        draft.row(*_ticking(walk, step))
    # The limit of a question runs while it is open: to be started before there is an answer.
    limit = guide.limit(step.starts) if step.choices and step.starts else None
    if limit and not has_clock(clocks, limit):
        draft.row(Button(f"起算：{limit.label}"[:40], f"when/{limit.id}/{walk.id}"))
    draft.grid(showing_buttons(turn, guide, step))
    if step.cite:
        draft.row(Button("看条文", f"law/{guide.id}/{step.id}"))


def _ticking(walk: Walk, step: Step) -> list[Button]:
    """To say that a step is done, that it does not apply, or neither any more."""
    address = f"tick/{walk.id}/{step.id}"
    if is_waived(step, walk):
        return [Button(f"取消“{NOT_APPLICABLE}”", f"{address}/0")]
    if is_done(step, walk):
        return [Button("取消勾选", f"{address}/0")]
    done = Button("✓ 办好了", f"{address}/1", primary=True)
    return [done, Button(NOT_APPLICABLE, f"{address}/{WAIVE}")] if step.only_if else [done]


def _below(draft: Draft, walk: Walk) -> Draft:
    draft.row(Button("全部步骤", f"steps/{walk.id}"), Button("时限", f"clocks/{walk.id}"))
    draft.row(Button("要带的文书", f"bring/{walk.id}"), Button("导出", f"out/{walk.id}"))
    if walk.state is WalkState.OPEN:
        draft.row(Button("暂停", f"pause/{walk.id}"), Button("交接", f"hand/{walk.id}"))
    if walk.state is WalkState.PAUSED:
        draft.row(Button("继续", f"reopen/{walk.id}"), Button("交接", f"hand/{walk.id}"))
    if walk.state is not WalkState.FINISHED:
        draft.row(Button("改名", f"rename/{walk.id}"), Button("完成", f"finish/{walk.id}"))
    return draft.row(back("walks", "我的处置"), home())


def _without_guide(walk: Walk, fresh: bool) -> Reply:
    ticked = tuple(
        Item(f"{WAIVED} {waived_name(walk.seen.get(id, id))}")
        if mark.choice == NOT_APPLICABLE
        else Item(f"✓ {walk.seen.get(id, id)}")
        for id, mark in walk.marks.items()
    )
    return (
        Draft()
        .add(
            Crumbs((HOME, "我的处置", walk.label)),
            Title(f"〔{walk.label}〕"),
            Caution("这份指引已经撤下，不能再往下走。下面是勾过的。"),
            Call(ON_CALL),
            Items("勾过的", ticked) if ticked else None,
        )
        .row(Button("时限", f"clocks/{walk.id}"), Button("完成", f"finish/{walk.id}"))
        .row(back("walks", "我的处置"), home())
        .reply(fresh, at=f"walk/{walk.id}")
    )


def _changed(guide: Guide, walk: Walk) -> list[Caution | Items]:
    """What an edit of the guide did, until the officer has seen it."""
    edited = changes(guide, walk)
    if not edited and walk.revision == guide.revision:
        return []
    told = f"指引改过了（现在是第 {guide.revision} 次修订）。勾过的都还在。"
    items = [Item(f"新增：{step.text}") for step in edited.added]
    items += [Item(f"改写：{step.text}", f"原来：{old}") for step, old in edited.reworded]
    items += [Item(f"删去：{old}") for _, old in edited.removed]
    return [Caution(told), *([Items("改了什么", tuple(items))] if items else [])]


def clocks_of(turn: Turn, walk: Walk) -> tuple[Clock, ...]:
    return turn.incidents.clocks.of_walk(walk.id) if turn.incidents else ()


def has_clock(clocks: Sequence[Clock], limit: Limit) -> bool:
    """Whether one of them counts ``limit``, or did."""
    return any(clock.limit.id == limit.id for clock in clocks)


@screen("steps")
def open_steps(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``steps/<id>``: every step of the way, to tick and untick in place."""
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    guide = guide_of(turn, walk) if walk else None
    if walk is None or guide is None or not guide.steps:
        return None
    way = route(guide, walk)
    draft = Draft().add(
        Crumbs((HOME, "我的处置", walk.label)),
        Title(f"〔{walk.label}〕全部步骤"),
        Text("按一下勾上，再按取消；要判断的、分情况的点开选。"),
    )
    for number, step in enumerate(way.steps, start=1):
        done = is_done(step, walk)
        words = f"{step_words(step, marked=not done)}{waived_words(step, walk)}"
        label = f"{state_mark(step, walk, '☑', '☐')} {number}. {words}"
        address = f"tick/{walk.id}/{step.id}/{int(not done)}/{IN_LIST}"
        if step.choices or step.only_if or walk.state is WalkState.FINISHED:
            address = f"walk/{walk.id}/{step.id}"
        mark = walk.marks.get(step.id)
        if step.choices and done and mark:
            label += f" → {mark.choice}"
        draft.row(Button(label, address))
    if not way.ended:
        draft.add(Text("后面的步骤要看上面怎么选。"))
    return draft.row(back(f"walk/{walk.id}", "接着办"), home()).reply(at=f"steps/{walk.id}")


@screen("saw", changes=True)
def saw(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    guide = guide_of(turn, walk) if walk else None
    if walk is None or guide is None or turn.incidents is None:
        return None
    seen = turn.incidents.walks.saw(walk, guide.revision, seen_of(guide))
    return shown(turn, seen) if seen else None


def choice_key(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:8]


def own_walk(turn: Turn, id: str) -> Walk | None:
    """A walk of the person who asks; None for everybody else's. Withheld where its words are."""
    walk = turn.incidents.walks.get(id) if turn.incidents else None
    if walk is None or not may(turn.member, Action.WALK, Thing(walk.person)):
        return None
    turn.guard(walk)
    return walk


def guide_of(turn: Turn, walk: Walk) -> Guide | None:
    """The guide as it is now; once it is withdrawn, as it was when the walk began."""
    started = walk.started.astimezone(turn.now.tzinfo).date()
    return turn.library.guide(walk.guide) or turn.earlier(walk.guide, started)
