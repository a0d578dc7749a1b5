"""The audit trail: who was invited, promoted, removed; what was published. Append-only.

Each entry carries a keyed digest over itself and the one before, and the head one over
their number: an edit, a deletion, a reordering or a cut tail does not verify without the
key, which lies outside the database. What was asked or walked never stands in here.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, select, update

from bot.store.database import Database, utc
from bot.store.schema import audit, audit_head


@dataclass(frozen=True, slots=True)
class Entry:
    """``actor`` and ``subject`` are member ids, ``operator`` or things such as release-3."""

    number: int
    at: str  # ISO 8601, UTC
    actor: str
    action: str
    subject: str
    detail: str
    mac: str


class Audit:
    def __init__(self, database: Database, key: bytes) -> None:
        self.database = database
        self._key = key

    def add(self, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
        """One entry in a transaction of its own."""
        with self.database.begin() as connection:
            self.write(connection, actor, action, subject, now, detail)

    def write(
        self,
        connection: Connection,
        actor: str,
        action: str,
        subject: str,
        now: datetime,
        detail: str = "",
    ) -> None:
        """One entry, together with the change it tells of."""
        connection.execute(
            self.database.insert(audit_head)
            .values(id=1, total=0, mac=self._head(0, ""))
            .on_conflict_do_nothing()
        )
        head = connection.execute(select(audit_head).with_for_update()).one()
        last = connection.scalar(select(audit.c.mac).where(audit.c.id == head.total)) or ""
        number, at = head.total + 1, utc(now).isoformat()
        mac = self._link(last, number, at, actor, action, subject, detail)
        row = {"id": number, "at": at, "actor": actor, "action": action, "subject": subject}
        connection.execute(audit.insert().values(**row, detail=detail, mac=mac))
        connection.execute(update(audit_head).values(total=number, mac=self._head(number, mac)))

    def entries(self) -> list[Entry]:
        """All of them, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.id)).all()
        return [Entry(r.id, r.at, r.actor, r.action, r.subject, r.detail, r.mac) for r in rows]

    def problems(self, seen: tuple[int, str] | None = None) -> list[str]:
        """What does not verify, in Chinese; empty: nothing was changed.

        ``seen``: (number, mac) of the last entry of an earlier look, which must still be there.
        """
        entries = self.entries()
        with self.database.read() as connection:
            head = connection.execute(select(audit_head)).one_or_none()
        found: list[str] = []
        last = ""
        for place, entry in enumerate(entries, start=1):
            if entry.number != place:
                return [f"第 {place} 条不见了：被删除，或者顺序被改动"]
            said = (entry.at, entry.actor, entry.action, entry.subject, entry.detail)
            if not hmac.compare_digest(self._link(last, place, *said), entry.mac):
                return [f"第 {place} 条对不上：内容、顺序或者它前面的记录被改过"]
            last = entry.mac
        total = head.total if head else 0
        if total != len(entries):
            found.append(f"应有 {total} 条，现有 {len(entries)} 条：末尾的记录被删除或者伪造")
        elif head and not hmac.compare_digest(self._head(total, last), head.mac):
            found.append("总数的校验对不上：末尾的记录被删除或者伪造")
        if seen and (len(entries) < seen[0] or entries[seen[0] - 1].mac != seen[1]):
            found.append(f"上次核对过的第 {seen[0]} 条不见了或者变了：记录被整体换过")
        return found

    def _link(self, last: str, number: int, *said: str) -> str:
        text = json.dumps([last, number, *said], ensure_ascii=False)
        return hmac.new(self._key, text.encode(), sha256).hexdigest()

    def _head(self, total: int, mac: str) -> str:
        return hmac.new(self._key, f"head:{total}:{mac}".encode(), sha256).hexdigest()


def audit_key(data: Path, given: str = "") -> bytes:
    """The key of the trail: ``given`` (several replicas share one), else a file of the data
    folder, made on first use and readable by its owner only. OSError when it cannot be."""
    if given:
        return given.encode()
    path = data / "audit.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        beside = data / f"audit.key.{secrets.token_hex(4)}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(beside, path)  # two processes starting at once: the first one's stays
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_text(encoding="ascii").strip().encode()
