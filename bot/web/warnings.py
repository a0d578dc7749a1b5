"""What the page shows of warnings: pulled by an open page, and marked when they were seen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.courier import Teller, Waiting
from bot.house import House
from bot.screens.reply import Title, lines
from bot.web.gate import Gate

CHANNEL = "page"
MOST_SEEN = 100
_LONGEST_ID = 9  # digits: more is no row of any database


def warning_routes(house: House, gate: Gate) -> list[Route]:
    """``GET /warnings`` changes nothing; ``POST /warnings/seen`` takes ``ids``, numbers with
    commas between. Both are for members only."""
    page = _Warnings(house, gate)
    return [
        Route("/warnings", page.pull, methods=["GET"]),
        Route("/warnings/seen", page.seen, methods=["POST"]),
    ]


class _Warnings:
    def __init__(self, house: House, gate: Gate) -> None:
        self.gate = gate
        self.teller = Teller(house)

    async def pull(self, request: Request) -> Response:
        """A list of {id, title, text, address, stage}, the oldest first."""
        member = request.state.visit.member
        waiting = await self.gate.run(lambda: self.teller.pull(member.person, CHANNEL))
        return JSONResponse([_told(one) for one in waiting])

    async def seen(self, request: Request) -> Response:
        visit = request.state.visit
        ids = _numbers(visit.field("ids"))
        await self.gate.run(lambda: self.teller.seen(visit.member.person, ids))
        return Response(status_code=204)


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
