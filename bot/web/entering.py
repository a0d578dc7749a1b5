"""Signing a browser in and out: by an invite, a one-time code or the operator's link.

The address of an invite only shows a button: programs that look at links in chats must
not use it up. Whatever does not work is answered in the same words.
"""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.assembly import House
from bot.membership import WRONG_CODE
from bot.store.database import StoreError
from bot.store.keys import SESSION, SESSION_LIFE
from bot.web.forms import COOKIE, own_form, too_large
from bot.web.pages import notice_page, sign_in_page

MOST_CODE = 100
OTHER_SITE = "cross-site"


class Entrance:
    def __init__(self, house: House) -> None:
        self.house = house

    async def sign_in_form(self, request: Request) -> Response:
        return HTMLResponse(sign_in_page())

    async def invitation(self, request: Request) -> Response:
        """Says nothing about whether the code is any good."""
        return HTMLResponse(sign_in_page(code=str(request.path_params["code"])[:MOST_CODE]))

    async def sign_in(self, request: Request) -> Response:
        if too_large(request):
            return HTMLResponse(sign_in_page(told=WRONG_CODE), 403)
        async with request.form(max_files=0, max_fields=5) as form:
            typed = str(form.get("code", ""))[:MOST_CODE]
        return await self._enter(request, typed.replace(" ", "").replace("-", "").upper())

    async def enter(self, request: Request) -> Response:
        """The operator's one-time link."""
        return await self._enter(request, request.query_params.get("key", "")[:MOST_CODE])

    async def sign_out(self, request: Request) -> Response:
        if await own_form(request) is None:
            return RedirectResponse("/", 303)
        await run_in_threadpool(self.house.membership.keys.forget, request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE)
        return response

    async def _enter(self, request: Request, code: str) -> Response:
        membership, now = self.house.membership, self.house.clock()
        who = f"page:{host(request)}"
        entered = await run_in_threadpool(membership.enter, code, None, who, now)
        if entered.wait:
            seconds = str(int(entered.wait.total_seconds()) + 1)
            page = notice_page("请稍等", entered.told)
            return HTMLResponse(page, 429, {"retry-after": seconds})
        if not entered.person:
            return HTMLResponse(sign_in_page(told=entered.told), 403)
        response = RedirectResponse("/", 303)
        await self.start_session(response, entered.person, device(request))
        return response

    async def start_session(
        self, response: Response, person: str, seen: str, secret: str = ""
    ) -> None:
        secret = secret or secrets.token_urlsafe(24)
        add, now = self.house.membership.keys.add, self.house.clock()
        try:
            await run_in_threadpool(add, SESSION, secret, person, now, SESSION_LIFE, seen)
        except StoreError:
            return
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.house.settings.page_url.startswith("https://"),
        )


def host(request: Request) -> str:
    """Whose tries are counted together; behind a proxy its X-Forwarded-For (uvicorn)."""
    return request.client.host if request.client else ""


def device(request: Request) -> str:
    """As much as one needs to recognise a session, and no more."""
    agent = request.headers.get("user-agent", "")
    if "iPhone" in agent or "iPad" in agent:
        return "苹果手机或平板"
    if "Android" in agent or "HarmonyOS" in agent or "Mobile" in agent:
        return "安卓或鸿蒙手机"
    return "电脑"
