"""The gateway: HTTP in, a method or a fault, HTTP out; everything is written down.

Order for one call: read, latency, token, fault, throttle, method, journal, answer.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .arguments import Arguments, read_arguments
from .connection import drop
from .faults import DOWNLOAD, Fault, FaultPlan, PlannedFault
from .files import DOWNLOAD_LIMIT
from .journal import Call, Journal, Violation
from .methods import METHODS
from .polling import LongPoll
from .refusal import JSONObject, Refusal, flood
from .throttle import Throttle
from .world import Outcome, World

_TOKEN = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{30,64}")
_PAGES = {
    Fault.SERVER_ERROR: (500, "500 Internal Server Error"),
    Fault.BAD_GATEWAY: (502, "502 Bad Gateway"),
}


@dataclass
class Gateway:
    """All endpoints of one server; ``latency`` in seconds is added to every call."""

    world: World
    token: str
    faults: FaultPlan
    throttle: Throttle
    journal: Journal
    latency: float = 0.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.polls = LongPoll(self.world, self.stopping)

    def routes(self) -> list[BaseRoute]:
        """The routes to serve."""
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download, methods=["GET"]),
            Route("/{rest:path}", self.nowhere, methods=["GET", "POST"]),
        ]

    async def nowhere(self, request: Request) -> Response:
        """Anything else: 404, also a violation."""
        refusal = Refusal(404, "Not Found")
        self._refuse(request.url.path, Arguments({}), refusal)
        return _answer(404, refusal.body())

    async def call(self, request: Request) -> Response:
        """One call of a method."""
        method = request.path_params["method"]
        arguments = Arguments({})
        try:
            arguments = await read_arguments(request)
            await self._sleep(self.latency)
            self._check_token(request.path_params["token"])
            name = METHODS.get(method.lower(), (method, None))[0]
            fault = self.faults.draw(method)
            after = fault is not None and fault.kind in (Fault.DROP_AFTER, Fault.ANSWER_AFTER)
            if fault is not None and not after:
                answer = await self._fail(request, fault)
                if answer is not None:
                    return answer
            body = await self._perform(name, arguments, request, not after)
            if fault is not None and fault.kind is Fault.ANSWER_AFTER:
                return Response(fault.body, status_code=fault.status)
            if after:
                await drop(request)
            return Response(body, media_type="application/json")
        except Refusal as refusal:
            self._refuse(method, arguments, refusal)
            return _answer(refusal.code, refusal.body())
        except ClientDisconnect:
            return Response(b"")
        except Exception as error:
            crash = _crash(error)
            self._refuse(method, arguments, crash)
            return _answer(500, crash.body())

    async def perform(self, method: str, arguments: Arguments) -> None:
        """Perform a method a webhook answered with; nobody reads the result."""
        try:
            await self._perform(METHODS.get(method.lower(), (method,))[0], arguments, None, True)
        except Refusal as refusal:
            self._refuse(method, arguments, refusal)
        except Exception as error:
            self._refuse(method, arguments, _crash(error))

    async def download(self, request: Request) -> Response:
        """The bytes of a file getFile told the path of."""
        path = request.path_params["path"]
        arguments = Arguments({"path": path})
        try:
            await self._sleep(self.latency)
            self._check_token(request.path_params["token"])
            fault = self.faults.draw(DOWNLOAD)
            if fault is not None and fault.kind is Fault.DROP_AFTER:
                await drop(request)
            elif fault is not None:
                answer = await self._fail(request, fault)
                if answer is not None:
                    return answer
            with self.world.lock:
                stored = self.world.files.at(path)
                if stored is None or stored.size > DOWNLOAD_LIMIT:
                    raise Refusal(404, "Not Found")
                self._accept(DOWNLOAD, arguments, Outcome(True), True)
            return Response(stored.data, media_type="application/octet-stream")
        except Refusal as refusal:
            self._refuse(DOWNLOAD, arguments, refusal)
            return _answer(refusal.code, refusal.body())

    async def _perform(
        self, name: str, arguments: Arguments, request: Request | None, answered: bool
    ) -> bytes:
        if name.lower() == "getupdates" and request is not None:
            outcome = await self.polls.get_updates(arguments, _disconnection(request))
            return self._finish("getUpdates", arguments, outcome, answered)
        _, method = METHODS.get(name.lower(), (name, None))
        if method is None:
            raise Refusal(404, "Not Found")
        with self.world.lock:
            if arguments.has("chat_id"):
                self._throttle(name, arguments)
            return self._finish(name, arguments, method(self.world, arguments), answered)

    def _throttle(self, name: str, arguments: Arguments) -> None:
        chat = self.world.chats.get(_number(arguments.text("chat_id")))
        if chat is not None:
            self.throttle.check(name, chat.id, chat.is_group)

    def _finish(self, name: str, arguments: Arguments, outcome: Outcome, answered: bool) -> bytes:
        with self.world.lock:
            self._accept(name, arguments, outcome, answered)
            body: JSONObject = {"ok": True, "result": outcome.result}
            if outcome.description is not None:
                body["description"] = outcome.description
            return json.dumps(body).encode()  # escaped, as Telegram does: halves of emoji too

    def _accept(self, name: str, arguments: Arguments, outcome: Outcome, answered: bool) -> None:
        message = outcome.message
        self.journal.accept(
            Call(
                method=name,
                arguments=arguments.journalled(),
                chat=outcome.chat,
                message_id=None if message is None else message.id,
                text=None if message is None else message.text,
                at=time.monotonic(),
                answered=answered,
            )
        )

    def _refuse(self, name: str, arguments: Arguments, refusal: Refusal) -> None:
        proper = METHODS.get(name.lower(), (name,))[0]
        self.journal.refuse(
            Violation(
                proper,
                arguments.journalled(),
                refusal.code,
                refusal.description,
                time.monotonic(),
            )
        )

    def _check_token(self, token: str) -> None:
        if _TOKEN.fullmatch(token) is None:
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    async def _fail(self, request: Request, fault: PlannedFault) -> Response | None:
        """Fail before the call is done; None after a delay, to go on."""
        if fault.kind is Fault.DELAY:
            await self._sleep(fault.seconds)
            return None
        if fault.kind is Fault.DROP_BEFORE:
            await drop(request)
            return Response(b"")
        if fault.kind is Fault.ANSWER:
            return Response(fault.body, status_code=fault.status)
        if fault.kind is Fault.FLOOD:
            return _answer(429, flood(fault.retry_after).body())
        code, title = _PAGES[fault.kind]
        page = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
            f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n"
            "</body>\r\n</html>\r\n"
        )
        return Response(page, status_code=code, media_type="text/html")

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server."""
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), seconds)


def _crash(error: Exception) -> Refusal:
    """A mistake in the fake itself, shown as a violation so that a test notices."""
    return Refusal(500, f"Internal Server Error: {error!r}")


def _answer(code: int, body: JSONObject) -> Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status_code=code, media_type="application/json")


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def _disconnection(request: Request) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    return wait
