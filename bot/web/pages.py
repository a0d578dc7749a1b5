"""Screens -> HTML. Everything is escaped by the template engine; nothing is marked safe."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.screens.qr import qr_uri
from bot.screens.reply import Call, Reply
from bot.topics.topic import changes

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else three files are looked at for every page
    )
    # Blocks are told apart in the template by the name of their class.
    made.filters["kind"] = lambda block: type(block).__name__
    made.filters["picture"] = qr_uri
    made.tests["changing"] = changes
    return made


def screen_page(
    reply: Reply, csrf: str, at: str = "", toast: str = "", call: Call | None = None
) -> str:
    """One screen with the line to ask in. ``at``: its address, which goes with the line;
    ``toast``: what has just been done, ``call``: whom to call about it."""
    template = _templates().get_template("screen.html")
    return template.render(reply=reply, csrf=csrf, at=at, toast=toast, call=call)


def sign_in_page(
    csrf: str,
    code: str = "",
    key: str = "",
    told: str = "",
    typed: str = "",
    wanted: str = "",
    signed_in: str = "",
) -> str:
    """The way in. ``code`` of an invite or ``key`` of a link waits for one press; ``typed`` was
    wrong; ``wanted``: the address to go to; ``signed_in``: as whom this browser is already."""
    template = _templates().get_template("sign_in.html")
    return template.render(
        csrf=csrf,
        code=code,
        key=key,
        told=told,
        typed=typed,
        wanted=wanted,
        signed_in=signed_in,
    )


def notice_page(title: str, text: str, call: Call | None = None) -> str:
    """A page without guidance: not signed in, not found, broken; ``call``: what to do instead."""
    return _templates().get_template("notice.html").render(title=title, text=text, call=call)


def preview_page(replies: Iterable[Reply]) -> str:
    """All screens of a guide below each other, in one file without anything outside it."""
    style = (STATIC / "page.css").read_text(encoding="utf-8")
    return _templates().get_template("preview.html").render(replies=list(replies), style=style)
