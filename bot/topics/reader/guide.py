"""Reading a guide: its card, its steps one by one, and the views of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.screens.cards import (
    back,
    cited_short,
    crumbs,
    guide_button,
    home,
    source_line,
)
from bot.screens.reply import (
    Block,
    Button,
    Call,
    Caution,
    Draft,
    Fold,
    Item,
    Items,
    Reply,
    Say,
    Text,
    Title,
)
from bot.screens.sentences import ON_CALL
from bot.screens.step import step_words
from bot.topics.reader import views
from bot.topics.reader.passages import asked_line
from bot.topics.topic import Turn, screen
from guides.limit_words import limit_line
from guides.model import Guide
from guides.parts import Prescribed, Step
from guides.texts import quote

MOST_SHOWN = 4
CARD = "card"  # at the end of an address: pressed on a guide's card, which stays on the screen
_Show = Callable[[Turn, Guide], Iterable[Block]]


def card(
    turn: Turn, guide: Guide, also: Iterable[Guide] = (), question: str = "", fresh: bool = False
) -> Reply:
    """First things to do and to notify; everything else is one press away. The figure that
    ``question`` asks for stands before them."""
    turn.guard(guide)
    if turn.leads:
        return Reply(())
    draft = Draft().add(
        crumbs(turn.library, guide),
        Title(guide.title),
        asked_line(turn, guide, question) if question else None,
        Text(guide.summary),
        *_overdue(turn, guide),
    )
    first = [step for i in guide.first.do if (step := guide.step(i))]
    notify = [step for i in guide.first.notify if (step := guide.step(i))]
    if first:
        items = tuple(Item(step.text, _under(turn, step)) for step in first)
        draft.add(Items("先做", items, numbered=True))
    if notify:
        items = tuple(Item(step.text, _under(turn, step)) for step in notify)
        draft.add(Items("要通知", items))
    clocks = [limit_line(limit) for limit in guide.limits_as_they_start()[:MOST_SHOWN]]
    if clocks:
        draft.add(Items("时限", tuple(Item(clock) for clock in clocks)))
    if turn.incidents:
        draft.row(Button("开始处置", f"begin/{guide.id}"))
    draft.row(
        Button("一步一步走", f"g/{guide.id}/s/{guide.steps[0].id}"),
        Button(f"全部 {len(guide.steps)} 步", f"g/{guide.id}/v/all"),
    )
    present = [
        Button(label, f"g/{guide.id}/v/{name}")
        for name, (label, _) in VIEWS.items()
        if name != "all" and getattr(guide, _HOLDERS.get(name, "steps"))
    ]
    draft.grid(present)
    sheet = turn.library.sheet_of(guide.id)
    draft.row(
        Button("明白纸", f"sheet/{guide.id}") if sheet else None,
        Button("离线卡片", f"pin/{guide.id}"),
    )
    keep = Button("收藏", f"keep/{guide.id}")
    if guide.id in (turn.favourites() or ()):
        keep = Button("取消收藏", f"drop/{guide.id}/{CARD}")
    draft.row(keep, Button("评价、报错", f"fb/{guide.id}"))
    for other in also:
        draft.row(Button(f"另见：{other.title}", f"g/{other.id}"))
    return draft.row(_up(turn, guide), home()).reply(fresh)


def elsewhere(turn: Turn, title: str, fresh: bool = False) -> Reply:
    """That there is something, and where it may be read."""
    page = turn.links.page if turn.links else ""
    return (
        Draft()
        .add(
            Title(title or "内部指引"),
            Text("这是内部指引，这个渠道不显示内容。请登录手机网页查看："),
            Say(page) if page else None,
            Text("网页的登录码在“我的数据”里要。"),
            Call(ON_CALL),
        )
        .row(Button("我的数据", "privacy"), home())
        .reply(fresh)
    )


def _under(turn: Turn, step: Step) -> str:
    source = cited_short(step.cite, turn.library)
    return f"依据：{source}" if source else ""


def _overdue(turn: Turn, guide: Guide) -> Iterable[Block]:
    if guide.review_by < turn.now.date():
        yield Caution(f"这份指引的复核期限 {guide.review_by} 已过，引用前请查对条文。")


def _up(turn: Turn, guide: Guide) -> Button:
    """Back to the choice it came from, or to its area."""
    if guide.id in turn.conversation.results and len(turn.conversation.results) > 1:
        return back("r", "刚才的选项")
    return back(f"area/{guide.area}")


@screen("g")
def open_guide(turn: Turn, rest: tuple[str, ...]) -> Reply | None:
    guide = turn.library.guide(rest[0]) if rest else None
    if guide is None or not guide.steps:
        return None
    turn.conversation.guide = guide.id
    match rest[1:]:
        case ():
            turn.opened(guide.id)
            asked = guide.id in turn.conversation.results
            told = card(turn, guide, question=turn.conversation.question if asked else "")
            return replace(told, at=f"g/{guide.id}")
        case ("s", step_id):
            step = guide.step(step_id)
            return step_screen(turn, guide, step) if step else None
        case ("v", name) if name in VIEWS:
            return _view(turn, guide, name)
    return None


def step_screen(turn: Turn, guide: Guide, step: Step) -> Reply:
    place = guide.steps.index(step) + 1
    draft = Draft().add(
        crumbs(turn.library, guide, f"第 {place} 步，共 {len(guide.steps)} 步"),
        Title(step_words(step)),
        *words_of(turn, step),
    )
    draft.add(*papers_of(guide, step))
    limits = [
        limit for id in dict.fromkeys(id for id, _ in step.begins()) if (limit := guide.limit(id))
    ]
    draft.add(*(Caution(f"从{limit.since}起算：{limit_line(limit)}") for limit in limits))
    draft.add(reasons_of(turn, step))
    for choice in step.choices:
        draft.row(_go(guide, choice.when, choice.go))
    if not step.choices:
        draft.row(_go(guide, "下一步", guide.following(step)[0]))
    draft.grid(showing_buttons(turn, guide, step))
    draft.grid([Button(f"算时限：{limit.label}"[:40], f"l/{limit.id}") for limit in limits], wide=1)
    if step.cite:
        draft.row(Button("看条文", f"law/{guide.id}/{step.id}"))
    return draft.row(back(f"g/{guide.id}", "这份指引"), home()).reply()


def papers_of(guide: Guide, step: Step) -> Iterator[Text]:
    """What is to be written down, and on which form."""
    if step.record:
        yield Text(f"记录：{step.record}")
    form = next((form for form in guide.forms if form.id == step.form), None)
    if form:
        yield Text(f"文书：{form.name}（{form.when}）")


def reasons_of(turn: Turn, step: Step) -> Fold | None:
    told = [part for part in (step.why, source_line(step.cite, turn.library)) if part]
    return Fold("为什么、依据", "\n".join(told)) if told else None


def showing_buttons(turn: Turn, guide: Guide, step: Step) -> list[Button]:
    """To hold the words of a step up to a person (topics/reader/large.py)."""
    shown = [n for n, block in enumerate(words_of(turn, step), 1) if not isinstance(block, Text)]
    return [
        Button(
            f"大字给人看 {place}" if len(shown) > 1 else "大字给人看",
            f"big/{guide.id}/{step.id}/{number}",
        )
        for place, number in enumerate(shown[:MOST_SHOWN], start=1)
    ]


def words_of(turn: Turn, step: Step) -> Iterable[Say | Fold | Text]:
    """One block for each of the words to be said, in their order: Say; Fold with the article
    they are prescribed in; Text that says why the article cannot be shown."""
    for said in step.say:
        if isinstance(said, Prescribed):
            quoted = quote(said.article, turn.library.laws, turn.texts, turn.now.date())
            if quoted.text:
                yield Fold(f"告知内容以条文为准：{quoted.wording}", quoted.text)
            else:
                yield Text(f"告知内容以条文为准：{quoted.wording}。{quoted.missing}。")
        else:
            yield Say(said)


def _go(guide: Guide, label: str, target: str) -> Button:
    if target == "end":
        label = f"{label}（走完了，回指引）" if label != "下一步" else "走完了，回指引"
        return Button(label, f"g/{guide.id}")
    return Button(label, f"g/{guide.id}/s/{target}")


def _view(turn: Turn, guide: Guide, name: str) -> Reply | None:
    label, show = VIEWS[name]
    blocks = list(show(turn, guide))
    if not blocks:
        return None
    draft = Draft().add(crumbs(turn.library, guide, label), Title(label), *blocks)
    if name == "all":
        buttons = [
            Button(f"第 {number} 步", f"g/{guide.id}/s/{step.id}")
            for number, step in enumerate(guide.steps, start=1)
        ]
        draft.grid(buttons, wide=4)
    if name == "limits":
        draft.grid([Button(f"算：{x.label}"[:40], f"l/{x.id}") for x in guide.limits], wide=1)
    if name == "more":
        related = [g for i in guide.see_also if (g := turn.library.guide(i))]
        draft.grid([guide_button(g) for g in related], wide=1)
    return draft.row(back(f"g/{guide.id}", "这份指引"), home()).reply()


def _say(turn: Turn, guide: Guide) -> Iterable[Block]:
    for step in guide.steps:
        if step.say:
            yield Text(step.text)
            yield from words_of(turn, step)


# The field of a guide without which a view has nothing to show; the others always have.
_HOLDERS = {
    "limits": "limits",
    "forms": "forms",
    "pitfalls": "pitfalls",
    "interview": "interview",
    "tables": "tables",
}
VIEWS: dict[str, tuple[str, _Show]] = {
    "all": ("全部步骤", views.all_steps),
    "law": ("法条", views.laws),
    "limits": ("时限", views.limits),
    "forms": ("文书", views.forms),
    "say": ("告知词", _say),
    "pitfalls": ("易错点", views.pitfalls),
    "interview": ("笔录提纲", views.interview),
    "tables": ("工具箱", views.tables),
    "more": ("更多", views.more),
}
