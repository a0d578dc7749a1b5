"""Memory that nobody needs any more, back to the system; with glibc, elsewhere nothing happens.

Opening a release takes arrays of megabytes for a moment. glibc learns from the first of them to
keep such memory, in pieces that the next release does not fit into (decisions/0016).
"""

from __future__ import annotations

import ctypes

_MMAP_THRESHOLD, _LARGE = -3, 256 * 1024  # the name is malloc.h's


def _glibc() -> ctypes.CDLL | None:
    try:
        known = ctypes.CDLL(None)
    except OSError:
        return None
    return known if hasattr(known, "mallopt") and hasattr(known, "malloc_trim") else None


def keep_little() -> None:
    """From now on, whatever is large is given back as soon as it is free."""
    if libc := _glibc():
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """What is free just now; milliseconds."""
    if libc := _glibc():
        libc.malloc_trim(0)
