"""Forms that one of our own pages sent: bound to the cookie, so that no other site can."""

from __future__ import annotations

import hmac
from hashlib import sha256

from starlette.datastructures import FormData
from starlette.requests import Request

COOKIE = "mingbai"
MAX_FORM = 128 * 1024


def form_token(secret: str) -> str:
    """What every form of a session carries: another site can post, but not know this."""
    return sha256(b"csrf:" + secret.encode()).hexdigest()


def too_large(request: Request) -> bool:
    return int(request.headers.get("content-length") or MAX_FORM + 1) > MAX_FORM


async def own_form(request: Request) -> FormData | None:
    """The form of a POST; None: another site's, or too large."""
    if too_large(request):
        return None
    form = await request.form(max_files=0, max_fields=5)
    given, own = str(form.get("csrf", "")), form_token(request.cookies.get(COOKIE, ""))
    return form if hmac.compare_digest(given.encode(), own.encode()) else None
