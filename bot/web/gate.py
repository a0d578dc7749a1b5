"""The gate of the page, as middleware: whatever a route does, nobody reaches it from another
site's page, without being let in, too fast, or with a form that is not one of our own.

A handler finds in ``request.state.visit`` who passed, and the form of a POST.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.house import House
from bot.people.codes import named as name_of
from bot.people.rates import Pass
from bot.people.roles import NOBODY, Member
from bot.screens.call import in_a_hurry
from bot.screens.sentences import TOO_FAST_SHORT, UNSURE
from bot.store.database import StoreError
from bot.store.keys import SESSION, SESSION_LIFE
from bot.web.line import Line
from bot.web.pages import notice_page, sign_in_page

COOKIE = "mingbai"
MAX_FORM = 128 * 1024
# Open to everybody: the ways in, what says nothing, and what a program asks for.
PUBLIC = ("/enter", "/sign-in", "/invite/", "/healthz", "/static/")
_UNSEEN = ("/healthz", "/static/")  # there it does not matter who asks
_QUIET = "/warnings"  # asked for by a script, not by a person: no page in answer, counted apart
_SAFE = ("GET", "HEAD")
# Screens are work for the processor: more threads than cores only get in each other's way.
_THREADS = 2
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        b"img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
    ),
    (b"cache-control", b"no-store"),
)
# For who came by https: an address that is typed without it goes there next time.
_STRICT = (b"strict-transport-security", b"max-age=31536000")
_STALE = "这一页是登录以前打开的，或者不是从这里打开的，所以没有做。请回首页再按一次。"
_LEADS_ON = 303
_AT_ONCE = 10.0  # seconds, within which a browser goes where it is led, however busy we are
_MOST_LED = 1000
# When the press came to which a request belongs, by the loop's clock.
_since: ContextVar[float] = ContextVar("since", default=0.0)
_T = TypeVar("_T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """``member``: who is signed in, NOBODY where nobody has to be. ``secret``: of the cookie
    that the forms of this browser are bound to. ``form``: what was posted."""

    member: Member
    secret: str
    form: FormData

    @property
    def token(self) -> str:
        return form_token(self.secret)

    def field(self, name: str) -> str:
        return str(self.form.get(name, ""))


class Gate:
    """``elsewhere``: paths that have a gate of their own (Telegram's webhook)."""

    def __init__(self, house: House, elsewhere: Collection[str] = ()) -> None:
        self.house = house
        self._elsewhere = frozenset(elsewhere)
        self._line = Line(_THREADS, "page")
        self._leading: dict[str, float] = {}  # whose form was answered by the way to a screen

    def around(self, app: ASGIApp) -> ASGIApp:
        async def gated(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            cookies: list[str] = []
            request = Request(scope, receive)

            async def with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    if message["status"] == _LEADS_ON:
                        self._lead(request)
                    more = [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
                    if self._came_safely(scope):
                        more.append(_STRICT)
                    message["headers"] = [*message["headers"], *_HEADERS, *more]
                await send(message)

            refused = None
            if scope["path"] not in self._elsewhere and not scope["path"].startswith(_UNSEEN):
                self._begin(request)
                refused = await self._refused(request, cookies)
            await (refused or app)(scope, receive, with_headers)

        return gated

    async def run(self, function: Callable[[], _T]) -> _T:
        """In one of the page's threads, when all who pressed earlier are served."""
        return await self._line.run(function, _since.get())

    def _begin(self, request: Request) -> None:
        """The screen that a form leads to belongs to the same press."""
        now = asyncio.get_running_loop().time()
        pressed = now
        if not request.scope["path"].startswith(_QUIET):
            pressed = self._leading.pop(request.cookies.get(COOKIE, ""), now)
        request.state.led = 0 < now - pressed < _AT_ONCE
        _since.set(pressed if request.state.led else now)

    def _lead(self, request: Request) -> None:
        self._leading[request.cookies.get(COOKIE, "")] = _since.get()
        if len(self._leading) > _MOST_LED:  # they went elsewhere
            del self._leading[next(iter(self._leading))]

    async def _refused(self, request: Request, cookies: list[str]) -> Response | None:
        """What is answered instead of the page; None: ``request.state.visit`` may have it."""
        if request.method not in _SAFE and self._is_foreign(request):
            log.warning("别的网站交来一个表单，没有收；是自己的网址的话，请设 MINGBAI_PAGE_URL")
            return _not_ours()
        now = self.house.clock()
        secret = request.cookies.get(COOKIE, "")
        path = request.scope["path"]  # which the routes go by; a URL is made anew at every look
        quiet = path.startswith(_QUIET)

        def lives_on() -> None:
            cookies.append(self.cookie(secret, SESSION_LIFE))

        look, used = self.house.access.session, None if quiet else lives_on
        unsure, member = False, None
        try:
            member = await self.run(lambda: look(secret, now, used)) if secret else None
        except StoreError:
            unsure = True
        public = path.startswith(PUBLIC)
        if member is None and not public and self.house.access.open_to_all:
            if self.house.rates.take(f"page:{host(request)}", now) is not Pass.FREE:
                return self._too_fast(quiet, None)
            if unsure:  # the cookie is kept: it is theirs again when the database is back
                member = Member(f"page:{name_of(secret)}")
            else:
                secret, member = secrets.token_urlsafe(24), Member(f"page:{secrets.token_hex(6)}")
                cookies.append(await self._session(secret, member, now, device(request)))
        if member is None and not public and unsure:
            return self.away(quiet)
        if not secret:
            # Says nothing about anybody, but no other site knows what the forms are bound to.
            secret = secrets.token_urlsafe(24)
            cookies.append(self.cookie(secret))
        if member is None and not public:
            return Response(status_code=401) if quiet else _sign_in(request, secret)
        if member is not None and not public:
            # A form and the screen it leads to are one press; what an open page asks for by
            # itself must not use up what its person may ask.
            counted = "warnings:" if quiet else "form:" * (request.method not in _SAFE)
            key = f"{counted}{member.person}"
            # Where a form leads is not counted: what was done must be seen.
            if not request.state.led and self.house.rates.take(key, now) is not Pass.FREE:
                return self._too_fast(quiet, member.unit)
        form = FormData()
        if request.method not in _SAFE:
            if too_large(request):
                return HTMLResponse(notice_page("太长了", "请用一句话说要紧的。"), 413)
            try:
                form = await request.form(max_files=0, max_fields=8)
            except ClientDisconnect:  # nobody is there to be answered
                return Response(status_code=400)
            given = str(form.get("csrf", ""))
            if not hmac.compare_digest(given.encode(), form_token(secret).encode()):
                return _not_ours()
        request.state.visit = Visit(member or NOBODY, secret, form)
        return None

    def _came_safely(self, scope: Scope) -> bool:
        """Whether a request came by https: as a proxy tells that is configured (uvicorn), or
        since the page is reached in no other way from outside, as for the cookies."""
        outside = self.house.settings.page_url
        return scope["scheme"] == "https" or outside.startswith("https://")

    def away(self, quiet: bool = False, told: str = UNSURE) -> Response:
        """While nobody can say who is signed in, nor of which unit."""
        if quiet:
            return Response(status_code=503, headers={"retry-after": "20"})
        call = in_a_hurry(self.house.settings.on_call, "")
        page = notice_page("请稍后再试", told, call)
        return HTMLResponse(page, 503, {"retry-after": "5"})

    def _too_fast(self, quiet: bool, unit: str | None) -> Response:
        if quiet:
            return Response(status_code=429, headers={"retry-after": "20"})
        call = in_a_hurry(self.house.settings.on_call, unit)
        page = notice_page("请稍等", f"{TOO_FAST_SHORT}再试。", call)
        return HTMLResponse(page, 429, {"retry-after": "5"})

    def _is_foreign(self, request: Request) -> bool:
        """Whether a page that is not ours sends this; browsers say so, the old ones by Origin."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = request.headers.get("origin")
        if origin is None:
            return False
        own = {request.headers.get("host"), urlsplit(self.house.settings.page_url).netloc}
        return (urlsplit(origin).netloc or origin) not in own

    async def _session(self, secret: str, member: Member, now: datetime, seen: str) -> str:
        """The cookie of a new session; of none that lasts while the database is away."""
        add = self.house.membership.keys.add
        with suppress(StoreError):
            await self.run(lambda: add(SESSION, secret, member.person, now, SESSION_LIFE, seen))
            return self.cookie(secret, SESSION_LIFE)
        return self.cookie(secret)

    def cookie(self, secret: str, life: timedelta | None = None) -> str:
        """``life`` None: until the browser is closed."""
        made = Response()
        made.set_cookie(
            COOKIE,
            secret,
            max_age=int(life.total_seconds()) if life else None,
            httponly=True,
            samesite="lax",
            secure=self.house.settings.page_url.startswith("https://"),
        )
        return made.headers["set-cookie"]


def form_token(secret: str) -> str:
    """What every form of a browser carries: another site can post, but not know this."""
    return sha256(b"csrf:" + secret.encode()).hexdigest()


def too_large(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return not length.isdecimal() or int(length) > MAX_FORM


def host(request: Request) -> str:
    """The address a request comes from, as a proxy tells it that is configured (uvicorn); of
    IPv6 the half that a household has for itself."""
    told = request.client.host if request.client else ""
    with suppress(ValueError):
        if (address := ip_address(told)).version == 6:
            return str(ip_network((address.packed[:8] + bytes(8), 64)))
    return told


def device(request: Request) -> str:
    """As much as one needs to recognise a session, and no more."""
    agent = request.headers.get("user-agent", "")
    if "iPhone" in agent or "iPad" in agent:
        return "苹果手机或平板"
    if "Android" in agent or "HarmonyOS" in agent or "Mobile" in agent:
        return "安卓或鸿蒙手机"
    return "电脑"


def _sign_in(request: Request, secret: str) -> Response:
    """The way in, and back to what was asked for: a link to take over a walk, say."""
    wanted = request.url.path if request.method in _SAFE else ""
    return HTMLResponse(sign_in_page(form_token(secret), wanted=wanted), 401)


def _not_ours() -> Response:
    return HTMLResponse(notice_page("没有做成", _STALE), 403)
