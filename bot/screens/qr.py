"""QR codes: a link that the phone beside this one can scan."""

from __future__ import annotations

from io import BytesIO, StringIO

import segno

_SCALE = 8  # pixels a module: about 300 wide for a link


def qr_png(text: str) -> bytes:
    out = BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=_SCALE)
    return out.getvalue()


def qr_uri(text: str) -> str:
    """As an image that stands in the page itself: the link must not be in another request."""
    return str(segno.make_qr(text).png_data_uri(scale=_SCALE))


def qr_text(text: str) -> str:
    """Drawn with characters, for a terminal."""
    out = StringIO()
    segno.make_qr(text).terminal(out, compact=True)
    return out.getvalue()
