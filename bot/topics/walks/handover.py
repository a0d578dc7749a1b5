"""A walk's way through other states: paused, handed to a colleague, finished, exported, gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.people.codes import HAND_LENGTH, is_code, new_code
from bot.screens.cards import back, home
from bot.screens.printout import as_page
from bot.screens.record import as_text
from bot.screens.reply import (
    Button,
    Caution,
    Code,
    Crumbs,
    Draft,
    Field,
    File,
    Item,
    Items,
    Reply,
    Say,
    Text,
    Title,
)
from bot.screens.sentences import HOME
from bot.topics.topic import Turn, again, awaited, awaits, made, screen, typed_for
from bot.topics.walks.walk import clocks_of, guide_of, own_walk, shown
from bot.walks.label import LONGEST, label_problem
from bot.walks.walk import Walk, WalkState, is_done, is_waived, open_musts, route
from guides.limit_words import limit_line

PAUSED = "已暂停，时限照走"
RENAME = "改名"
HAND_LIFE = timedelta(minutes=30)


@screen("pause", changes=True)
def pause(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return _into(turn, rest, WalkState.PAUSED, PAUSED)


@screen("reopen", changes=True)
def reopen(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    return _into(turn, rest, WalkState.OPEN)


def _into(turn: Turn, rest: tuple[str, ...], state: WalkState, toast: str = "") -> Reply | None:
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    if walk is None or turn.incidents is None:
        return None
    changed = turn.incidents.walks.set_state(walk, state, turn.now)
    return shown(turn, changed, toast=toast) if changed else None


@screen("rename")
def rename(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``rename/<id>``: asks for the new label."""
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    if walk is None:
        return None
    told = "新的名字：只写代号，不写姓名、号码、案情"
    field = Field(told, f"renamed/{walk.id}", RENAME, LONGEST, RENAME, "路口那起")
    awaits(turn, f"rename/{walk.id}", field)
    draft = Draft().add(_crumbs(walk), Title(f"〔{walk.label}〕改名"), field)
    draft.row(back(f"walk/{walk.id}", "接着办"), home())
    return draft.reply(at=f"rename/{walk.id}")


@screen("renamed", changes=True)
def give_name(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``renamed/<id>``, with the line that was typed."""
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    if walk is None or turn.incidents is None:
        return None
    if problem := label_problem(turn.line):
        return again(rename(turn, rest), problem)
    turn.conversation.awaiting = turn.conversation.said = ""
    renamed = turn.incidents.walks.rename(walk, turn.line, turn.now)
    return shown(turn, renamed, fresh=True, toast="已改名") if renamed else None


@awaited
def hear_name(turn: Turn, text: str) -> Reply | None:
    """「改名 路口那起」, where no field is."""
    typed = typed_for(turn, "rename", RENAME, text)
    return give_name(replace(turn, line=typed[0]), typed[1]) if typed else None


@screen("finish", changes=True, asks=1)
def finish(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``finish/<id>`` shows what is still open, ``finish/<id>/yes`` finishes."""
    walk = own_walk(turn, rest[0]) if rest else None
    if walk is None or turn.incidents is None or rest[1:] not in ((), ("yes",)):
        return None
    guide = guide_of(turn, walk)
    running = [clock for clock in clocks_of(turn, walk) if clock.stopped is None]
    missing = open_musts(guide, walk) if guide and guide.steps else None
    if rest[1:] == ("yes",):
        done = turn.incidents.walks.set_state(walk, WalkState.FINISHED, turn.now)
        return shown(turn, done) if done else None
    draft = Draft().add(_crumbs(walk), Title(f"〔{walk.label}〕完成"))
    if missing and missing.steps:
        items = tuple(Item(step.text) for step in missing.steps)
        draft.add(Caution("这些必做的还没有勾："), Items("", items))
    if missing and not missing.ended:
        draft.add(Caution("还有要判断的没有选，后面可能还有必做的。"))
    if running:
        items = tuple(Item(limit_line(clock.limit)) for clock in running)
        draft.add(Caution("这些时限还在走，完成以后照样提醒；办完了请先停："), Items("", items))
    if not running and not (missing and (missing.steps or not missing.ended)):
        draft.add(Text("必做的都勾了，没有在走的时限。"))
    draft.row(Button("确定完成", f"finish/{walk.id}/yes"))
    return draft.row(back(f"walk/{walk.id}", "回去办"), home()).reply()


@screen("hand", changes=True)
def hand(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``hand/<id>``: a link by which a colleague takes the walk over, once."""
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    if walk is None or turn.incidents is None:
        return None
    code = new_code(HAND_LENGTH)
    turn.incidents.walks.offer(walk, code, turn.now + HAND_LIFE)
    return show_hand(turn, (walk.id, turn.conversation.lately.keep(turn.now, code)))


@screen("handed")
def show_hand(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``handed/<id>/<token>``: the link that was made, as long as it works."""
    if turn.incidents is None or turn.links is None or len(rest) != 2:
        return None
    walk, code = own_walk(turn, rest[0]), made(turn, rest[1])
    until = turn.incidents.walks.offered(code, turn.now)
    if walk is None or until is None:
        told = "这个交接链接用过了或者过期了；对方接手了的，处置已经不在你这里。"
        draft = Draft().add(Crumbs((HOME, "我的处置")), Caution(told))
        return draft.row(Button("我的处置", "walks"), home()).reply()
    chat, page = turn.links.invite_telegram(code), f"{turn.links.page}/s/take/{code}"
    minutes = int(HAND_LIFE.total_seconds() // 60)
    return (
        Draft()
        .add(
            _crumbs(walk),
            Title(f"〔{walk.label}〕交接"),
            Text(
                f"把链接发给接手的同事（要是这里的用户）。{minutes} 分钟内有效"
                f"（到 {until.astimezone(turn.now.tzinfo):%H:%M}），只能用一次。"
            ),
            Say(chat) if chat else None,
            Say(page),
            Code(chat or page),
            Caution("对方接手以后，步骤、时限和提醒都归他，你这里不再显示。"),
        )
        .row(back(f"walk/{walk.id}", "接着办"), home())
        .reply(fresh=True, at=f"handed/{walk.id}/{rest[1]}")
    )


@screen("take")
def offer_to_take(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``take/<code>``: says nothing of the walk before it is taken."""
    if turn.incidents is None or len(rest) != 1 or not is_code(rest[0], HAND_LENGTH):
        return None
    told = "同事要把一次处置交给你。接手以后，步骤、时限和提醒都归你。"
    draft = Draft().add(Crumbs((HOME, "交接")), Title("接手处置"), Text(told))
    return draft.row(Button("接手", f"taken/{rest[0]}")).row(home()).reply()


@screen("taken", changes=True)
def take(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.incidents is None or len(rest) != 1 or not is_code(rest[0], HAND_LENGTH):
        return None
    incidents, calendar = turn.incidents, turn.library.calendar
    walk = incidents.walks.accept(
        rest[0],
        turn.member.person,
        turn.now,
        lambda clock: incidents.schedule(clock, calendar, turn.now),
    )
    if walk is None:
        told = "这个链接已经用过或者过期了，请同事重新做一个。"
        draft = Draft().add(Crumbs((HOME, "交接")), Caution(told)).row(home())
        return draft.reply(at="walks", toast=told)
    turn.guard(walk)
    return shown(turn, walk)


@screen("bring")
def open_forms(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``bring/<id>``: the forms to take along; those of ticked steps are done."""
    walk = own_walk(turn, rest[0]) if len(rest) == 1 else None
    guide = guide_of(turn, walk) if walk else None
    if walk is None or guide is None:
        return None
    made = {
        step.form
        for step in guide.steps
        if step.form and is_done(step, walk) and not is_waived(step, walk)
    }
    items = tuple(
        Item(f"{'☑' if form.id in made else '☐'} {form.name}", form.when) for form in guide.forms
    )
    draft = Draft().add(_crumbs(walk), Title(f"〔{walk.label}〕要带的文书"))
    draft.add(Items("", items) if items else Text("这份指引没有列文书。"))
    return draft.row(back(f"walk/{walk.id}", "接着办"), home()).reply()


@screen("out")
def export(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``out/<id>``: as text and as a page to print; ``/txt`` and ``/html`` one of them."""
    walk = own_walk(turn, rest[0]) if rest else None
    guide = guide_of(turn, walk) if walk else None
    if walk is None or guide is None or not guide.steps or turn.now.tzinfo is None:
        return None
    if rest[1:] not in ((), ("txt",), ("html",)):
        return None
    way, clocks = route(guide, walk), clocks_of(turn, walk)
    told = as_text(walk, guide, way, clocks, turn.library, turn.now.tzinfo, turn.now)
    name, address = f"处置记录-{walk.label}", f"out/{walk.id}"
    page = as_page(told, f"处置记录 {walk.label}")
    files = {
        "txt": File(f"{name}.txt", "text/plain", told, f"{address}/txt"),
        "html": File(f"{name}.html", "text/html", page, f"{address}/html"),
    }
    wanted = [files[kind] for kind in rest[1:] or files]
    # The files come first: a long text goes on to further pages.
    draft = Draft().add(_crumbs(walk), Title(f"〔{walk.label}〕导出"), *wanted)
    if not rest[1:]:
        draft.add(Text(told))
    return draft.row(back(f"walk/{walk.id}", "接着办"), home()).reply(fresh=True)


def _crumbs(walk: Walk) -> Crumbs:
    return Crumbs((HOME, "我的处置", walk.label))
