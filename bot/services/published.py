"""What was published and rolled back, into the audit trail; whoever did it, also by itself."""

from __future__ import annotations

from datetime import datetime

from bot.people.roles import OPERATOR
from bot.store.audit import Audit
from index.edits import AUTO_NOTE, FIRST_NOTE
from index.releases import Releases

AUTO = "auto"


def note_releases(audit: Audit, releases: Releases, now: datetime) -> None:
    """Add the releases that are not in the trail yet, and which one is served now."""
    entries = audit.entries()
    known = {entry.subject for entry in entries if entry.action == "publish"}
    for made in releases.list():
        subject = f"release-{made.number}"
        if subject not in known:
            actor = AUTO if made.note in (AUTO_NOTE, FIRST_NOTE) else OPERATOR
            audit.add(actor, "publish", subject, now, f"{made.created} {made.fingerprint[:12]}")
    last = next((entry.subject for entry in reversed(entries) if entry.action == "serve"), "")
    current = releases.current_number()
    if current is not None and last != f"release-{current}":
        audit.add(OPERATOR, "serve", f"release-{current}", now)
