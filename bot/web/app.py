"""The phone page over HTTP: screens, questions, health; ``entering`` has the way in.

Screens have URLs (``/s/<address>``), so the browser's own back button works. Questions
and whatever changes something go by POST: they must not stand in histories and logs, and
a link from elsewhere must not press a button.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.assembly import House
from bot.cards import PAGE_MARK
from bot.health import Health
from bot.on_call import named, nearest
from bot.rates import Pass
from bot.replies import MAX_ADDRESS, Call, Event, EventKind, File, Reply
from bot.roles import OPERATOR, Member
from bot.store.database import StoreError
from bot.store.keys import LINK, LINK_LIFE
from bot.texts import IN_A_HURRY, TOO_FAST_SHORT
from bot.topics import CHANGING
from bot.web.entering import OTHER_SITE, Entrance, device, host
from bot.web.forms import COOKIE, form_token, own_form, too_large
from bot.web.pages import STATIC, notice_page, screen_page, sign_in_page
from bot.web.shown import Shown
from bot.web.warnings import warning_routes

# What somebody who is not signed in may open; a test opens all others without a session.
PUBLIC = frozenset({"/enter", "/sign-in", "/sign-out", "/invite/{code}", "/healthz", "/static"})
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; script-src 'self'; "
    b"connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}


class Guarded:
    """The same protective headers on every response; no forms from other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS.items()]
            await send(message)

        told = dict(scope.get("headers", ())).get(b"sec-fetch-site", b"").decode("latin-1")
        if scope.get("method") == "POST" and told == OTHER_SITE:
            await PlainTextResponse("", 403)(scope, receive, with_headers)
            return
        await self.app(scope, receive, with_headers)


def one_time_link(house: House) -> str:
    """A fresh link that signs one browser in; printed for the operator, never logged."""
    secret = secrets.token_urlsafe(24)
    house.membership.keys.add(LINK, secret, OPERATOR, house.clock(), LINK_LIFE)
    return f"http://{house.settings.host}:{house.settings.port}/enter?key={secret}"


def make_app(
    house: House, more: Sequence[BaseRoute] = (), health: Health | None = None
) -> Starlette:
    """The page, and ``more`` routes of other channels (Telegram's webhook)."""
    page, entrance, state = _Page(house), Entrance(house), health or Health(house)

    async def healthz(_: Request) -> Response:
        told = await state.look()
        return JSONResponse(told, 200 if told["ok"] else 503)

    return Starlette(
        routes=[
            Route("/", page.home),
            Route("/s/{address:path}", page.press, methods=["GET", "POST"]),
            Route("/file/{address:path}", page.file),
            Route("/ask", page.ask, methods=["GET", "POST"]),
            Route("/shown/{token}", page.shown),
            Route("/enter", entrance.enter),
            Route("/sign-in", entrance.sign_in_form),
            Route("/sign-in", entrance.sign_in, methods=["POST"]),
            Route("/sign-out", entrance.sign_out, methods=["POST"]),
            Route("/invite/{code}", entrance.invitation),
            Route("/healthz", healthz),
            *warning_routes(house),
            Mount("/static", StaticFiles(directory=STATIC)),
            *more,
        ],
        middleware=[Middleware(Guarded)],
        exception_handlers={404: _not_found, 405: _not_found, 500: _failed, StoreError: _failed},
    )


_Show = Callable[[Reply, str], Response]  # the reply and the token of its forms
_FORGED = "forged"  # an address that nothing opens


def _screen(reply: Reply, csrf: str) -> Response:
    return HTMLResponse(screen_page(reply, csrf))


def _attachment(reply: Reply, _csrf: str) -> Response:
    """Kept, never shown: a page of ours must not be made of what stands in a file."""
    file = next((block for block in reply.blocks if isinstance(block, File)), None)
    if file is None:
        return _nothing_here()
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.text.encode(), media_type=file.mime, headers={"content-disposition": disposition}
    )


def _address(request: Request) -> str:
    address = str(request.path_params["address"])
    return address if len(address.encode()) <= MAX_ADDRESS else _FORGED


def _changes(address: str) -> bool:
    return address.partition(PAGE_MARK)[0].partition("/")[0] in CHANGING


class _Page:
    def __init__(self, house: House) -> None:
        self.house = house
        self.entrance = Entrance(house)
        self.kept = Shown()

    async def home(self, request: Request) -> Response:
        return await self._answer(request, EventKind.PRESS, "home")

    async def press(self, request: Request) -> Response:
        address = _address(request)
        if _changes(address) and request.method == "GET":  # a reload, or a link from elsewhere
            return await self._answer(request, EventKind.PRESS, "home")
        if request.method == "POST" and await own_form(request) is None:
            return RedirectResponse("/", 303)
        return await self._answer(request, EventKind.PRESS, address)

    async def file(self, request: Request) -> Response:
        """The first file that a screen offers."""
        address = _address(request)
        if _changes(address):  # only looked at, never done, by a link
            address = _FORGED
        return await self._answer(request, EventKind.PRESS, address, _attachment)

    async def ask(self, request: Request) -> Response:
        if request.method == "GET":
            return await self.home(request)
        if too_large(request):
            return HTMLResponse(notice_page("太长了", "请用一句话说要紧的。"), 413)
        form = await own_form(request)
        if form is None:
            return RedirectResponse("/", 303)
        return await self._answer(request, EventKind.TEXT, str(form.get("q", "")))

    async def shown(self, request: Request) -> Response:
        """A screen that answered a form; the first one once it is forgotten."""
        token = str(request.path_params["token"])

        def find(member: Member) -> Reply:
            kept = self.kept.get(member.person, token)
            return kept or self._handle(member, EventKind.PRESS, "home")

        return await self._show(request, find, _screen, "shown:")

    async def _answer(
        self, request: Request, kind: EventKind, text: str, show: _Show = _screen
    ) -> Response:
        """What ``show`` makes of the reply to an event."""
        return await self._show(request, lambda member: self._handle(member, kind, text), show)

    def _handle(self, member: Member, kind: EventKind, text: str) -> Reply:
        return self.house.assistant.handle(Event.of(member, "page", kind, text))

    async def _show(
        self,
        request: Request,
        find: Callable[[Member], Reply],
        show: _Show,
        counted: str = "",
    ) -> Response:
        """What is found for whoever may have it: the one gate of the page.

        A form is answered by the way to its screen. ``counted``: what a person's requests of
        this kind are counted under.
        """
        house, now = self.house, self.house.clock()
        secret = request.cookies.get(COOKIE, "")
        member = await run_in_threadpool(house.access.session, secret, now)
        who = member.person if member else f"page:{host(request)}"
        if house.rates.take(f"{counted}{who}", now) is not Pass.FREE:
            who_to_call = nearest(house.settings.on_call, member.unit) if member else None
            call = named(Call(IN_A_HURRY), who_to_call)
            page = notice_page("请稍等", f"{TOO_FAST_SHORT}再试。", call)
            return HTMLResponse(page, 429, {"retry-after": "5"})
        fresh = ""
        if member is None:
            if not house.access.open_to_all:
                return HTMLResponse(sign_in_page(), 401)
            fresh = secrets.token_urlsafe(24)
            member = Member(f"page:{secrets.token_hex(6)}")
        reply = await run_in_threadpool(find, member)
        stays = bool(fresh)
        if request.method == "POST" and not fresh:
            stays = await run_in_threadpool(house.access.session, secret, now) is not None
        if request.method == "POST" and stays:
            token = self.kept.keep(member.person, reply)
            response: Response = RedirectResponse(f"/shown/{token}", 303)
        else:  # also to who was signed out by it: that is the last word
            response = show(reply, form_token(fresh or secret))
        if fresh:
            await self.entrance.start_session(response, member.person, device(request), fresh)
        return response


async def _not_found(request: Request, error: Exception) -> Response:
    return _nothing_here()


def _nothing_here() -> Response:
    return HTMLResponse(notice_page("没有这一页", "请回首页重新进入。"), 404)


async def _failed(request: Request, error: Exception) -> Response:
    return HTMLResponse(notice_page("出了故障", "请稍后再试。", Call(IN_A_HURRY)), 500)
