"""What is kept about the person who asks, for how long; signing in and out; deleting it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.people.codes import CODE_LIFE
from bot.screens.cards import back, home
from bot.screens.reply import Button, Caution, Crumbs, Draft, Item, Items, Reply, Say, Text, Title
from bot.screens.sentences import HOME
from bot.topics.clocks.clock import clock_line
from bot.topics.people.members import passed_on, who
from bot.topics.topic import Turn, made, saying, screen
from bot.walks.walk import WalkState

if TYPE_CHECKING:
    from bot.store.personal import Kept

_CRUMBS = Crumbs((HOME, "我的数据"))
_NEVER = (
    Item(
        "不存你问了什么",
        "原话只在内存里留一小时，为了能再显示答案；答不上来的问题隐去号码、姓名、地址后单独记下，"
        "不记是谁问的，180 天后删除",
    ),
    Item("不存案件信息", "认出身份证号、手机号、车牌、银行卡号、住址、姓名，写入前就隐去"),
    Item("人员管理留痕", "邀请、角色、撤销、发布记入审计，只有编号，没有姓名和提问"),
)


@screen("privacy")
def open_privacy(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.membership is None:
        return None
    known = turn.membership.people.get(turn.member.person)
    you = who(turn.member)
    if known and known.label:
        you += f"，备注“{known.label}”"
    about = tuple(
        Item(f"{kept.what}：{count} 条", _how_long(kept))
        for kept, count in turn.membership.personal.of(turn.member.person)
    )
    return (
        Draft()
        .add(
            _CRUMBS,
            Title("我的数据"),
            Items("你是谁", (Item(you, "账号和角色保留到撤销或者你退出"),)),
            Items("关于你存了什么", about),
            Items("不存什么", _NEVER),
        )
        .row(Button("网页登录码", "code"), Button("登录过的浏览器", "sessions"))
        .row(Button("退出登录", "signout") if turn.session else None)
        .row(Button("删除我的全部数据", "wipe"))
        .row(home())
        .reply()
    )


def _how_long(kept: Kept) -> str:
    if kept.days is None:
        return "保留到你自己删除"
    return f"{kept.days} 天后自动删除" if kept.days else "到期自动删除"


@screen("code", changes=True)
def make_code(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """A code that signs a browser in, once."""
    if turn.membership is None or rest:
        return None
    code = turn.membership.sign_in_code(turn.member.person, turn.now)
    return show_code(turn, (turn.conversation.lately.keep(turn.now, code),))


@screen("coded")
def show_code(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``coded/<token>``: the code that was made, as long as it works."""
    if turn.membership is None or turn.links is None or len(rest) != 1:
        return None
    code = made(turn, rest[0])
    until = turn.membership.code_until(code, turn.now)
    if until is None:
        draft = Draft().add(_CRUMBS, Caution("这个登录码用过了或者过期了。"))
        return draft.row(Button("再要一个", "code"), back("privacy", "我的数据")).reply()
    minutes = int(CODE_LIFE.total_seconds() // 60)
    clock = f"{until.astimezone(turn.now.tzinfo):%H:%M}"
    return (
        Draft()
        .add(
            _CRUMBS,
            Title("网页登录码"),
            Say(code),
            Text(f"{minutes} 分钟内有效（到 {clock}），只能用一次。在手机网页上输入："),
            Say(f"{turn.links.page}/sign-in"),
            Caution("不要把登录码告诉别人：谁输入，谁就以你的身份使用。"),
        )
        .row(back("privacy", "我的数据"), home())
        .reply(fresh=True, at=f"coded/{rest[0]}")
    )


@screen("sessions")
def open_sessions(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    if turn.membership is None:
        return None
    sessions = turn.membership.keys.sessions(turn.member.person, turn.now)
    draft = Draft().add(_CRUMBS, Title("登录过的浏览器"))
    if not sessions:
        draft.add(Text("没有。"))
    for number, one in enumerate(sessions[:40], start=1):
        made = (
            f"{one.made.astimezone(turn.now.tzinfo):%m-%d %H:%M} 登录" if one.made else "较早登录"
        )
        until = f"不用的话 {one.expires.astimezone(turn.now.tzinfo):%m-%d} 到期"
        here = "（就是这个）" if one.name == turn.session else ""
        draft.add(Items("", (Item(f"{number}. {one.device or '浏览器'}{here}，{made}", until),)))
        draft.row(Button(f"退出第 {number} 个", f"unsession/{one.name}"))
    if sessions:
        draft.row(Button("全部退出", "unsession/all"))
    return draft.row(back("privacy", "我的数据"), home()).reply(at="sessions")


@screen("signout")
def ask_to_sign_out(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """What still runs, and how to come back, before this browser is signed out."""
    if turn.membership is None or not turn.session or rest:
        return None
    person = turn.member.person
    clocks = turn.incidents.clocks.of(person) if turn.incidents else ()
    walks = turn.incidents.walks.of(person) if turn.incidents else ()
    under_way = [walk for walk in walks if walk.state is not WalkState.FINISHED]
    running = tuple(Item(clock_line(turn, clock)) for clock in clocks)
    draft = Draft().add(
        _CRUMBS,
        Title("退出登录？"),
        Items(f"还有 {len(clocks)} 个时限在走，退出以后照走", running) if clocks else None,
        Text(f"还有 {len(under_way)} 次处置没有完成。") if under_way else None,
    )
    if turn.membership.people.accounts_of(person):
        draft.add(Text("提醒照常发到 Telegram。再进来：在 Telegram 发 /code 要登录码。"))
    else:
        if clocks:
            draft.add(Caution(f"退出后这里不再提醒你；到点没人看到的，{_passed_on(turn)}。"))
        draft.add(Text("再进来要请法制部门“重新邀请”，或者先要一个网页登录码（10 分钟内有效）。"))
    draft.row(Button("确定退出", f"unsession/{turn.session}"))
    return draft.row(back("privacy", "我的数据"), home()).reply()


@screen("unsession", changes=True)
def end_session(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``unsession/<name>`` and ``unsession/all``."""
    if turn.membership is None or len(rest) != 1 or not rest[0]:
        return None
    turn.membership.keys.end(turn.member.person, "" if rest[0] == "all" else rest[0])
    if turn.session and rest[0] in ("all", turn.session):
        told = "已退出登录。" + ("处置和时限都还在，时限照走。" if _under_way(turn) else "")
        return Draft().add(Title("已退出登录"), Text(told)).row(Button("再进入", "home")).reply()
    return saying(open_sessions(turn, ()), "已退出")


def _under_way(turn: Turn) -> bool:
    known, person = turn.incidents, turn.member.person
    return known is not None and bool(known.walks.named(person) or known.clocks.labels(person))


@screen("wipe", changes=True, asks=0)
def wipe(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    """``wipe`` asks, ``wipe/data`` deletes what is kept, ``wipe/all`` the account as well."""
    if turn.membership is None or rest not in ((), ("data",), ("all",)):
        return None
    draft = Draft().add(_CRUMBS, Title("删除我的全部数据"))
    running = turn.incidents.clocks.of(turn.member.person) if turn.incidents else ()
    if not rest:
        draft.add(Caution("立刻删除，找不回来。退出使用的，账号注销，登录过的浏览器全部退出。"))
        if running:
            draft.add(Caution(f"还有 {len(running)} 个时限在走，不会跟着删：{_runs_on(turn)}"))
        draft.row(Button("删除数据，继续使用", "wipe/data"))
        draft.row(Button("删除数据，并退出使用", "wipe/all"))
        return draft.row(back("privacy", "我的数据"), home()).reply()
    turn.forget()
    kept = f"只留下还在走的 {len(running)} 个时限和它们的提醒记录" if running else ""
    if rest == ("data",):
        turn.membership.wipe(turn.member.person)
        told = f"已删除，{kept}，照样提醒你。" if running else "已全部删除。"
        return draft.add(Text(told)).row(home()).reply(at="privacy", toast=told)
    turn.membership.leave(turn.member.person, turn.now)
    told = f"已删除，{kept}" if running else "已全部删除"
    draft.add(Text(f"{told}，账号也一并注销。要再用，请向法制部门要新的邀请。"))
    if running:
        draft.add(Caution(f"{_passed_on(turn)}。"))
    return draft.reply()


def _runs_on(turn: Turn) -> str:
    return (
        f"人还在手里，时限就还在。继续使用的，照样提醒你；退出使用的，{_passed_on(turn)}。"
        "要紧的先交接，办完了的先停止。"
    )


def _passed_on(turn: Turn) -> str:
    return passed_on(turn, turn.member.person, turn.member.unit)
