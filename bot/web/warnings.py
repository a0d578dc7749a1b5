"""What the page shows of warnings: pulled by an open page, and marked when they were seen."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.assembly import House
from bot.rates import Pass
from bot.replies import Title, lines
from bot.roles import Member
from bot.telling import Teller, Waiting
from bot.web.entering import host
from bot.web.forms import COOKIE, own_form

CHANNEL = "page"
MOST_SEEN = 100
_LONGEST_ID = 9  # digits: more is no row of any database


def warning_routes(house: House) -> list[BaseRoute]:
    """``GET /warnings`` changes nothing; ``POST /warnings/seen`` takes ``csrf`` and ``ids``,
    numbers with commas between. Both are for members only."""
    page = _Warnings(house)
    return [
        Route("/warnings", page.pull, methods=["GET"]),
        Route("/warnings/seen", page.seen, methods=["POST"]),
    ]


class _Warnings:
    def __init__(self, house: House) -> None:
        self.house = house
        self.teller = Teller(house)

    async def pull(self, request: Request) -> Response:
        """A list of {id, title, text, address, stage}, the oldest first."""
        member = await self._admit(request)
        if isinstance(member, Response):
            return member
        waiting = await run_in_threadpool(self.teller.pull, member.person, CHANNEL)
        return JSONResponse([_told(one) for one in waiting])

    async def seen(self, request: Request) -> Response:
        member = await self._admit(request)
        if isinstance(member, Response):
            return member
        form = await own_form(request)
        if form is None:
            return Response(status_code=403)
        ids = _numbers(str(form.get("ids", "")))
        await run_in_threadpool(self.teller.seen, member.person, ids)
        return Response(status_code=204)

    async def _admit(self, request: Request) -> Member | Response:
        """Who is signed in, or what they get instead: not a word either way."""
        house, now = self.house, self.house.clock()
        secret = request.cookies.get(COOKIE, "")
        member = await run_in_threadpool(house.access.session, secret, now)
        who = member.person if member else f"page:{host(request)}"
        # Counted apart: a page that looks by itself must not use up what its person may ask.
        if house.rates.take(f"warnings:{who}", now) is not Pass.FREE:
            return Response(status_code=429, headers={"retry-after": "20"})
        return member or Response(status_code=401)


def _told(one: Waiting) -> dict[str, object]:
    blocks = one.reply.blocks
    title = next((block.text for block in blocks if isinstance(block, Title)), "")
    rest = [line for block in blocks if not isinstance(block, Title) for line in lines(block)]
    return {
        "id": one.id,
        "title": title,
        "text": "\n".join(rest),
        "address": one.address,
        "stage": one.stage,
    }


def _numbers(text: str) -> set[int]:
    parts = text.split(",")[:MOST_SEEN]
    return {int(part) for part in parts if part.isdecimal() and len(part) <= _LONGEST_ID}
