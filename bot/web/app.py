"""The phone page over HTTP: signing in by the one-time link, screens, questions.

Screens have URLs (``/s/<address>``), so the browser's own back button works. Questions
go by POST: they must not stand in histories and logs.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.assembly import House
from bot.replies import MAX_ADDRESS, Event, EventKind
from bot.store.database import StoreError
from bot.store.keys import LINK, LINK_LIFE, SESSION, SESSION_LIFE
from bot.web.pages import STATIC, notice_page, screen_page
from index.releases import NoRelease

COOKIE = "mingbai"
MAX_FORM = 128 * 1024
OPERATOR = "page:operator"
_SIGN_IN = "请从启动窗口里打印的链接进入；链接只能用一次，过期了就重新启动再取。"
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; script-src 'self'; "
    b"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}


class SafeHeaders:
    """Adds the same protective headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS.items()]
            await send(message)

        await self.app(scope, receive, with_headers)


def one_time_link(house: House) -> str:
    """A fresh link that signs one browser in; printed for the operator, never logged."""
    house.keys.sweep(house.clock())  # what has expired goes, at each start
    secret = secrets.token_urlsafe(24)
    house.keys.add(LINK, secret, OPERATOR, house.clock() + LINK_LIFE)
    return f"http://{house.settings.host}:{house.settings.port}/enter?key={secret}"


def make_app(house: House, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The page, and ``more`` routes of other channels (Telegram's webhook)."""
    return Starlette(
        routes=[
            Route("/", _Page(house).home),
            Route("/enter", _Page(house).enter),
            Route("/s/{address:path}", _Page(house).press),
            Route("/ask", _Page(house).ask, methods=["POST"]),
            Route("/ask", _Page(house).home),
            Route("/healthz", _Page(house).health),
            Mount("/static", StaticFiles(directory=STATIC)),
            *more,
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: _not_found, 405: _not_found, 500: _failed, StoreError: _failed},
    )


class _Page:
    def __init__(self, house: House) -> None:
        self.house = house

    async def home(self, request: Request) -> Response:
        return await self._answer(request, EventKind.PRESS, "home")

    async def press(self, request: Request) -> Response:
        address = str(request.path_params["address"])
        if len(address.encode()) > MAX_ADDRESS:
            address = "forged"
        return await self._answer(request, EventKind.PRESS, address)

    async def ask(self, request: Request) -> Response:
        if int(request.headers.get("content-length") or MAX_FORM + 1) > MAX_FORM:
            return HTMLResponse(notice_page("太长了", "请用一句话说要紧的。"), 413)
        secret = request.cookies.get(COOKIE, "")
        async with request.form(max_files=0, max_fields=5) as form:
            csrf, question = str(form.get("csrf", "")), str(form.get("q", ""))
        if not hmac.compare_digest(csrf.encode(), _csrf(secret).encode()):
            return RedirectResponse("/", 303)
        return await self._answer(request, EventKind.TEXT, question)

    async def enter(self, request: Request) -> Response:
        key = request.query_params.get("key", "")
        now = self.house.clock()
        person = await run_in_threadpool(self.house.keys.use_link, key, now)
        if person is None:
            return HTMLResponse(notice_page("链接已失效", _SIGN_IN), 403)
        response = RedirectResponse("/", 303)
        await self._sign_in(response, f"{person}:{secrets.token_hex(6)}")
        return response

    async def health(self, request: Request) -> Response:
        """For the operator's monitoring; says nothing about people or guides."""
        try:
            number = self.house.serving.release.number
        except NoRelease:
            return JSONResponse({"ok": False, "release": None}, 503)
        return JSONResponse({"ok": True, "release": number})

    async def _answer(self, request: Request, kind: EventKind, text: str) -> Response:
        secret = request.cookies.get(COOKIE, "")
        person = await self._person(secret)
        fresh = ""
        if person is None:
            if not self.house.access.open_to_all:
                return HTMLResponse(notice_page("还没有进入", _SIGN_IN), 401)
            fresh = secrets.token_urlsafe(24)
            person = f"page:{secrets.token_hex(6)}"
        event = Event(person, kind, text)
        reply = await run_in_threadpool(self.house.assistant.handle, event)
        response = HTMLResponse(screen_page(reply, _csrf(fresh or secret)))
        if fresh:
            await self._sign_in(response, person, fresh)
        return response

    async def _person(self, secret: str) -> str | None:
        if not secret:
            return None
        try:
            return await run_in_threadpool(self.house.keys.session, secret, self.house.clock())
        except StoreError:
            # Without a database nobody can be told from anybody; open houses stay open.
            return None

    async def _sign_in(self, response: Response, person: str, secret: str = "") -> None:
        secret = secret or secrets.token_urlsafe(24)
        expires = self.house.clock() + SESSION_LIFE
        try:
            await run_in_threadpool(self.house.keys.add, SESSION, secret, person, expires)
        except StoreError:
            return
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="lax",
        )


def _csrf(secret: str) -> str:
    """Bound to the cookie: another site can send the form but not know this."""
    return sha256(b"csrf:" + secret.encode()).hexdigest()


async def _not_found(request: Request, error: Exception) -> Response:
    return HTMLResponse(notice_page("没有这一页", "请回首页重新进入。"), 404)


async def _failed(request: Request, error: Exception) -> Response:
    return HTMLResponse(
        notice_page("出了故障", "已经记下，请稍后再试；急事打电话问值班法制民警。"), 500
    )
