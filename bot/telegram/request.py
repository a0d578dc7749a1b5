"""HTTP to the Bot API over aiohttp: several times the answers of the default transport.

Says which calls certainly did not arrive (``NotSent``): those may be sent again unmarked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.request import getproxies

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

_MOST_CONNECTIONS = 256


class NotSent(NetworkError):
    """The connection was never made, so nothing was done on the other side."""


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
        if self._session is None:
            raise RuntimeError("initialize() first")
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=seconds)
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout
            ) as response:
                return response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            # Neither the URL nor str(error) may reach a log: the token is in both.
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError as error:
            raise TimedOut(f"no answer within {seconds} s") from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"connection broken ({type(error).__name__})") from None


async def post(
    bot: Bot, method: str, parameters: Mapping[str, object], seconds: float | None = None
) -> Any:
    """Call the Bot API itself; errors are the library's, the result stays plain data.

    For the calls made by the hundred: what comes back is not turned into objects that
    nobody looks at.
    """
    # How RequestData is made is not public in the library; the lock pins its version, and every
    # test of the channel goes through here.
    data = RequestData([RequestParameter.from_input(k, v) for k, v in parameters.items()])
    timeout = BaseRequest.DEFAULT_NONE if seconds is None else seconds
    return await bot.request.post(f"{bot.base_url}/{method}", data, read_timeout=timeout)


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
