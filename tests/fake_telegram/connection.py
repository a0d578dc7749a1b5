"""Connections the server can drop: an answer that never comes.

uvicorn hands the application no transport, so the protocol keeps the open ones by address.
"""

import asyncio
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

_Address = tuple[str, int]
_OPEN: dict[tuple[_Address, _Address], asyncio.Transport] = {}


def _address(name: Any) -> _Address:
    return (str(name[0]), int(name[1])) if name else ("", 0)


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, its connections known to ``drop``."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection by the addresses of its two ends."""
        self._ends = (
            _address(transport.get_extra_info("sockname")),
            _address(transport.get_extra_info("peername")),
        )
        _OPEN[self._ends] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _OPEN.pop(self._ends, None)
        super().connection_lost(exc)


def is_open(request: Request) -> bool:
    """Whether the client of ``request`` is still connected."""
    transport = _OPEN.get(_ends(request))
    return transport is not None and not transport.is_closing()


def _ends(request: Request) -> tuple[_Address, _Address]:
    return _address(request.scope.get("server")), _address(request.scope.get("client"))


async def drop(request: Request) -> None:
    """Cut the connection of ``request`` at once; returns when uvicorn has seen it."""
    transport = _OPEN.get(_ends(request))
    if transport is not None:
        transport.abort()
    while is_open(request) or _ends(request) in _OPEN:
        await asyncio.sleep(0)
