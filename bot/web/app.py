"""The phone page over HTTP: screens, questions, health; ``gate`` has who may, ``sign_in`` the
way in.

Screens have URLs (``/s/<address>``), so the browser's own back button works. Questions and
whatever changes something go by POST: they must not stand in histories and logs, and a link
from elsewhere must not press a button. A form is answered by the way to its screen, which is
drawn anew whenever it is opened: nothing that says how things stand is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.health import Health
from bot.house import House
from bot.people.codes import named
from bot.people.roles import OPERATOR
from bot.screens.call import in_a_hurry
from bot.screens.conversation import Conversation
from bot.screens.reply import MAX_ADDRESS, Call, Event, EventKind, File, Reply
from bot.store.database import StoreError
from bot.store.keys import LINK, LINK_LIFE
from bot.topics.topic import changes
from bot.web.connections import MOST_AT_ONCE, BoundedProtocol
from bot.web.gate import Gate, Visit
from bot.web.pages import STATIC, notice_page, screen_page
from bot.web.sign_in import Entrance
from bot.web.warnings import warning_routes

CHANNEL = "page"
_FORGED = "forged"  # an address that nothing opens


def one_time_link(house: House) -> str:
    """A fresh link that signs one browser in; printed for the operator, never logged."""
    secret = secrets.token_urlsafe(24)
    house.membership.keys.add(LINK, secret, OPERATOR, house.clock(), LINK_LIFE)
    return f"http://{house.settings.host}:{house.settings.port}/enter?key={secret}"


def make_app(house: House, more: Sequence[Route] = (), health: Health | None = None) -> Starlette:
    """The page, and ``more`` routes of other channels (Telegram's webhook)."""
    gate = Gate(house, [route.path for route in more])
    page, entrance = _Page(house, gate), Entrance(house, gate)
    state = health or Health(house)

    async def failed(request: Request, _: Exception) -> Response:
        visit = getattr(request.state, "visit", None)
        unit = visit.member.unit if visit else ""
        call = in_a_hurry(house.settings.on_call, unit)
        return HTMLResponse(notice_page("出了故障", "请稍后再试。", call), 500)

    async def healthz(_: Request) -> Response:
        told = await state.look()
        return JSONResponse(told, 200 if told["ok"] else 503)

    app = Starlette(
        routes=[
            Route("/", page.home),
            Route("/s/{address:path}", page.press, methods=["GET", "POST"]),
            Route("/file/{address:path}", page.file),
            Route("/ask", page.ask, methods=["GET", "POST"]),
            Route("/enter", entrance.link),
            Route("/enter", entrance.follow, methods=["POST"]),
            Route("/sign-in", entrance.sign_in_form),
            Route("/sign-in", entrance.sign_in, methods=["POST"]),
            Route("/invite/{code}", entrance.invitation),
            Route("/healthz", healthz),
            *warning_routes(house, gate),
            Mount("/static", StaticFiles(directory=STATIC)),
            *more,
        ],
        middleware=[Middleware(gate.around)],
        exception_handlers={404: _not_found, 405: _not_found, 500: failed, StoreError: failed},
    )
    # It would lead to whatever host the request names.
    app.router.redirect_slashes = False
    return app


def make_server(
    house: House, more: Sequence[Route] = (), health: Health | None = None
) -> uvicorn.Server:
    """The page at the host and port of the settings, not yet running."""
    settings = house.settings
    config = uvicorn.Config(
        make_app(house, more, health),
        host=settings.host,
        port=settings.port,
        http=BoundedProtocol,
        limit_concurrency=MOST_AT_ONCE,
        log_config=None,
        access_log=False,  # addresses say what somebody reads
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
    )
    return uvicorn.Server(config)


class _Page:
    def __init__(self, house: House, gate: Gate) -> None:
        self.house = house
        self.gate = gate

    async def home(self, request: Request) -> Response:
        return await self._screen(request, "home")

    async def press(self, request: Request) -> Response:
        address = _address(request.path_params["address"])
        if request.method == "POST":
            return await self._do(request, EventKind.PRESS, address)
        if changes(address):  # a reload, or a link from elsewhere
            return RedirectResponse("/", 303)
        return await self._screen(request, address)

    async def ask(self, request: Request) -> Response:
        if request.method != "POST":
            return RedirectResponse("/", 303)
        visit: Visit = request.state.visit
        below = _address(visit.field("below"))
        return await self._do(request, EventKind.TEXT, visit.field("q"), below)

    async def file(self, request: Request) -> Response:
        """The first file that a screen offers."""
        address, visit = _address(request.path_params["address"]), request.state.visit
        if changes(address):  # only looked at, never done, by a link
            address = _FORGED
        return await self.gate.run(lambda: _attachment(self._reply(visit, address)))

    async def _screen(self, request: Request, address: str) -> Response:
        visit: Visit = request.state.visit
        said = request.query_params.get("t", "")

        def draw() -> Response:
            lately = self._conversation(visit).lately
            toast, *call = lately.find(said, self.house.clock()) or ("",)
            reply = self._reply(visit, address)
            whom = Call(*call) if call else None
            return HTMLResponse(screen_page(reply, visit.token, reply.at, toast, whom))

        return await self.gate.run(draw)

    async def _do(
        self, request: Request, kind: EventKind, text: str, below: str | None = None
    ) -> Response:
        """Press or ask, then the way to the screen. What has none is shown at once: what went
        wrong, or the last word to who is signed out by it."""
        visit: Visit = request.state.visit

        def do() -> Response:
            line = visit.field("line")
            reply = self._reply(visit, text, kind, line=line, below=below, leads=True)
            if not reply.at:
                return HTMLResponse(screen_page(reply, visit.token))
            where = "/" if reply.at == "home" else f"/s/{quote(reply.at, safe='/~')}"
            if reply.toast:
                toast, call = reply.news()
                words = (toast, call.text, call.name, call.number) if call else (toast,)
                lately = self._conversation(visit).lately
                where += f"?t={lately.keep(self.house.clock(), *words)}"
            return RedirectResponse(where, 303)

        return await self.gate.run(do)

    def _reply(
        self, visit: Visit, text: str, kind: EventKind = EventKind.PRESS, **more: Any
    ) -> Reply:
        event = Event.of(visit.member, CHANNEL, kind, text)
        return self.house.assistant.handle(replace(event, session=named(visit.secret), **more))

    def _conversation(self, visit: Visit) -> Conversation:
        return self.house.assistant.conversation(CHANNEL, visit.member.person)


def _address(address: str) -> str:
    return address if len(address.encode()) <= MAX_ADDRESS else _FORGED


def _attachment(reply: Reply) -> Response:
    """Kept, never shown: a page of ours must not be made of what stands in a file."""
    file = next((block for block in reply.blocks if isinstance(block, File)), None)
    if file is None:
        return _nothing_here()
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.text.encode(), media_type=file.mime, headers={"content-disposition": disposition}
    )


async def _not_found(request: Request, error: Exception) -> Response:
    return _nothing_here()


def _nothing_here() -> Response:
    return HTMLResponse(notice_page("没有这一页", "请回首页重新进入。"), 404)
