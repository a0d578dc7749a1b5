"""Answers to a call that no Bot API gives, and some that it gives seldom."""

from __future__ import annotations

import json

_PORTAL = b"<!doctype html><html><title>Sign in to the network</title><form action=/login></html>"
_NGINX = b"<html><head><title>%d</title></head><body><center>nginx</center></body></html>"


def told(code: int, why: str = "x", **more: object) -> tuple[int, bytes]:
    """As the Bot API says it: the status and the body."""
    body = {"ok": False, "error_code": code, "description": why, **more}
    return code, json.dumps(body).encode()


def _good(result: str) -> tuple[int, bytes]:
    return 200, b'{"ok": true, "result": ' + result.encode() + b"}"


# The Bot API says itself that nothing was done; later it may be.
NOT_DONE: dict[str, tuple[int, bytes]] = {
    "401": told(401, "Unauthorized"),
    "404": told(404, "Not Found"),
    "429 for no time": (429, b'{"ok": false, "error_code": 429}'),
    "429 for a time in words": told(429, parameters={"retry_after": "soon"}),
    "429 for less than no time": told(429, parameters={"retry_after": -5}),
}
# Nobody knows whether it was done.
UNCERTAIN: dict[str, tuple[int, bytes]] = {
    "a portal": (200, _PORTAL),
    "a redirection to a portal": (302, _PORTAL),
    "nothing": (200, b""),
    "no content": (204, b""),
    "bytes": (200, b"\xff\xfe\x00\x80"),
    "half an answer": (200, b'{"ok": true, "resu'),
    "no result": (200, b'{"ok": true}'),
    "no ok": (200, b'{"result": {"message_id": 1}}'),
    "ok in words": (200, b'{"ok": "yes", "result": {"message_id": 1}}'),
    "ok as a number": (200, b'{"ok": 1, "result": {"message_id": 1}}'),
    "not ok and 200": (200, b'{"ok": false, "error_code": 400, "description": "x"}'),
    "not ok and nothing else": (200, b'{"ok": false}'),
    "null": (200, b"null"),
    "a word": (200, b'"x"'),
    "a number": (200, b"3"),
    "a list": (200, b"[]"),
    "an empty object": (200, b"{}"),
    "nested without end": (200, b"[" * 100_000),
    "a number of 5,000 digits": (200, b'{"ok": true, "result": ' + b"9" * 5000 + b"}"),
    "a result of null": _good("null"),
    "a result of a word": _good('"x"'),
    "a result of a number": _good("3"),
    "a result of false": _good("false"),
    "a result of lists": _good("[[]]"),
    "400 in HTML": (400, _NGINX % 400),
    "401 in HTML": (401, _NGINX % 401),
    "403 in HTML": (403, _NGINX % 403),
    "404 in HTML": (404, _NGINX % 404),
    "405 in HTML": (405, _NGINX % 405),
    "409": told(409, "Conflict: terminated by other getUpdates request"),
    "413 in HTML": (413, _NGINX % 413),
    "418 of a teapot": told(418, "I am a teapot"),
    "429 in HTML": (429, _NGINX % 429),
    "a list as 400": (400, b"[]"),
    "null as 403": (403, b"null"),
    "another code in it": (400, told(403)[1]),
    "a code in words": (400, b'{"ok": false, "error_code": "400", "description": "x"}'),
    "500": told(500, "Internal Server Error"),
    "500 in HTML": (500, _NGINX % 500),
    "502": (502, _NGINX % 502),
    "503 without a word": (503, b""),
    "504": (504, _NGINX % 504),
    "a status nobody knows": (599, b"?"),
}
ODD_ANSWERS = {**NOT_DONE, **UNCERTAIN}
