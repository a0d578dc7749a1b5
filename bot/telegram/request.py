"""HTTP to the Bot API over aiohttp: several times the answers of the default transport.

Says what is certain: ``NotSent`` and the Bot API's own refusals mean that nothing was done.
Whatever else comes back (a proxy's page, half an answer, no result) is a NetworkError: the
call may have been done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.request import getproxies

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

_MOST_CONNECTIONS = 256
_WITHOUT_A_TIME = 5  # seconds to wait when Telegram says "too many" and not for how long
_LONGEST_WAIT = 3600
_REFUSALS: dict[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,  # a token of another form, or an address that is no Bot API's
    409: Conflict,
}


class NotSent(NetworkError):
    """The connection was never made, so nothing was done on the other side."""


class OddAnswer(NetworkError):
    """An answer that no Bot API gives."""


class LeanRequest(BaseRequest):
    """One session for all calls; proxies from the environment (``HTTPS_PROXY`` ...)."""

    def __init__(self, seconds: float = 15.0) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._seconds

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS)
            # With trust_env aiohttp looks for a .netrc file before every single request.
            proxied = bool(getproxies())
            self._session = aiohttp.ClientSession(connector=connector, trust_env=proxied)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None or self._session.closed:
            raise NotSent("no session")
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        # In total as well: an answer that comes by single bytes must not hold anybody.
        timeout = aiohttp.ClientTimeout(total=3 * seconds, sock_connect=10, sock_read=seconds)
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=timeout,
                allow_redirects=False,  # no Bot API redirects, and what is sent is for it alone
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # Neither the URL nor str(error) may reach a log: the token is in both.
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError as error:
            raise TimedOut(f"no answer within {seconds} s") from error
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise NetworkError(f"connection broken ({type(error).__name__})") from None


async def post(
    bot: Bot, method: str, parameters: Mapping[str, object], seconds: float | None = None
) -> Any:
    """Call the Bot API itself; the result stays plain data, errors are the library's."""
    # How RequestData is made is not public in the library; the lock pins its version, and every
    # test of the channel goes through here.
    data = RequestData([RequestParameter.from_input(k, v) for k, v in parameters.items()])
    timeout = BaseRequest.DEFAULT_NONE if seconds is None else seconds
    url = f"{bot.base_url}/{method}"
    return read_answer(*await bot.request.do_request(url, "POST", data, read_timeout=timeout))


def read_answer(status: int, body: bytes) -> Any:
    """The result in an answer of the Bot API.

    BadRequest, Forbidden, InvalidToken, Conflict and RetryAfter only where it says so itself;
    OddAnswer for everything else, never with what stands in it.
    """
    try:
        told = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        told = None
    match told:
        case {"ok": True, "result": result} if status == 200:
            return result
        case {"ok": False, "error_code": 429} if status == 429:
            raise RetryAfter(_wait(told.get("parameters")))
        case {"ok": False, "error_code": int(code), "description": str(why)} if code == status:
            if code in _REFUSALS:
                raise _REFUSALS[code](why)
    raise OddAnswer(f"an odd answer with status {status}")


def _wait(parameters: Any) -> int:
    match parameters:
        case {"retry_after": int(seconds)} if seconds > 0:
            return min(seconds, _LONGEST_WAIT)
    return _WITHOUT_A_TIME


def _body(data: RequestData | None) -> aiohttp.FormData | aiohttp.BytesPayload | None:
    if data is None:
        return None
    if not data.contains_files:  # as JSON: quoting Chinese for a form takes longer than sending it
        return aiohttp.BytesPayload(data.json_payload, content_type="application/json")
    form = aiohttp.FormData(quote_fields=False)  # or Chinese file names arrive as %E5%A4%84
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
