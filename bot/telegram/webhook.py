"""The webhook endpoint: right path, right secret, not too large, written down before 200."""

from __future__ import annotations

import hmac
import json
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.telegram.service import Service, received

HEADER = "x-telegram-bot-api-secret-token"
MAX_BODY = 1024 * 1024


def webhook_route(service: Service) -> Route:
    """The route for the path of ``TELEGRAM_WEBHOOK_URL``."""
    settings = service.house.settings
    secret = settings.telegram_webhook_secret.encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, secret):
            return Response(status_code=403)
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    return Response(status_code=413)
            update = received(json.loads(body))
        except (ClientDisconnect, ValueError, RecursionError):
            update = None
        if update is None:
            return Response(status_code=400)
        await service.receive([update])
        return Response(status_code=200)

    return Route(urlsplit(settings.telegram_webhook_url).path or "/", receive, methods=["POST"])
