"""Signing a browser in: by an invite, a one-time code or the operator's link.

An address only shows a button: programs that look at links in chats must not use it up, and a
link must not change who a browser is signed in as. Whatever does not work is answered in the
same words.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.house import House
from bot.people.roles import NOBODY
from bot.screens.sentences import NOT_ENTERED
from bot.services.membership import Entered
from bot.store.database import StoreError
from bot.store.keys import SESSION, SESSION_LIFE
from bot.topics.people.members import who
from bot.topics.topic import changes
from bot.web.gate import Gate, Visit, device, host
from bot.web.pages import notice_page, sign_in_page
from guides.personal import found_typed

MOST_CODE = 100
_SCREEN = re.compile(r"/s/[\w/~-]{1,64}", re.ASCII)


class Entrance:
    def __init__(self, house: House, gate: Gate) -> None:
        self.house = house
        self.gate = gate

    async def sign_in_form(self, request: Request) -> Response:
        return self._page(request.state.visit)

    async def invitation(self, request: Request) -> Response:
        """Says nothing about whether the code is any good."""
        code = str(request.path_params["code"])[:MOST_CODE]
        return self._page(request.state.visit, code=code)

    async def link(self, request: Request) -> Response:
        """The operator's one-time link; neither does it say anything."""
        key = request.query_params.get("key", "")[:MOST_CODE]
        return self._page(request.state.visit, key=key)

    async def sign_in(self, request: Request) -> Response:
        visit: Visit = request.state.visit
        typed = visit.field("code")[:MOST_CODE]
        code = typed.replace(" ", "").replace("-", "").upper()
        enter = partial(self.house.membership.enter, code, None, host(request))
        return await self._enter(request, enter, typed)

    async def follow(self, request: Request) -> Response:
        """The button behind the operator's link."""
        key = request.state.visit.field("key")[:MOST_CODE]
        return await self._enter(request, partial(self.house.membership.follow, key))

    async def _enter(
        self, request: Request, enter: Callable[..., Entered], typed: str = ""
    ) -> Response:
        visit: Visit = request.state.visit
        now = self.house.clock()
        try:
            entered = await self.gate.run(lambda: enter(now=now))
        except StoreError:
            return self.gate.away(told=NOT_ENTERED)
        if entered.wait:
            seconds = str(int(entered.wait.total_seconds()) + 1)
            page = notice_page("请稍等", entered.told)
            return HTMLResponse(page, 429, {"retry-after": seconds})
        wanted = visit.field("wanted")
        if not entered.person:
            again = "" if any(found_typed(typed)) else typed  # to be mended; no numbers of people
            page = sign_in_page(visit.token, told=entered.told, typed=again, wanted=wanted)
            return HTMLResponse(page, 403)
        secret = secrets.token_urlsafe(24)

        def start() -> None:
            """In place of the session that this browser had before."""
            keys = self.house.membership.keys
            keys.forget(visit.secret)
            keys.add(SESSION, secret, entered.person, now, SESSION_LIFE, device(request))

        await self.gate.run(start)
        local = _SCREEN.fullmatch(wanted) and not changes(wanted.removeprefix("/s/"))
        response = RedirectResponse(wanted if local else "/", 303)
        response.headers.append("set-cookie", self.gate.cookie(secret, SESSION_LIFE))
        return response

    def _page(self, visit: Visit, code: str = "", key: str = "") -> Response:
        signed_in = "" if visit.member == NOBODY else who(visit.member)
        return HTMLResponse(sign_in_page(visit.token, code, key, signed_in=signed_in))
