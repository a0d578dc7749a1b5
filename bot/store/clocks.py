"""Started time limits and, in the same transaction, the warnings that wait in the outbox.

What a method has confirmed is committed. A clock is never without the warnings of its
version: whoever changes one takes back what waits and writes the new schedule at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, or_, select, update

from bot.clocks import changes
from bot.clocks.clock import Clock, Pause
from bot.clocks.notice import prefix
from bot.clocks.schedule import AFTER, PAUSED
from bot.message import Message
from bot.store.database import Database, utc
from bot.store.outbox import DUE, put, take_back
from bot.store.schema import clocks, outbox, walks
from bot.walks.label import label_problem
from guides.holidays import Calendar
from guides.parts import Circulation, Limit

# Looked up at every press: made once, since making a statement costs as much as asking it.
_CLOCK = select(clocks).where(clocks.c.id == bindparam("id"))
_EARLIEST = select(clocks).order_by(clocks.c.started, clocks.c.id)
_CLOCKS_OF = _EARLIEST.where(clocks.c.person == bindparam("person"))
_RUNNING_OF = _CLOCKS_OF.where(clocks.c.stopped.is_(None))
_LABELS_OF = _RUNNING_OF.with_only_columns(clocks.c.label)
_OF_WALK = _EARLIEST.where(clocks.c.walk == bindparam("walk"))


class Clocks:
    def __init__(self, database: Database) -> None:
        self.database = database

    def start(self, clock: Clock, messages: Sequence[Message], now: datetime) -> bool:
        """False when a clock of this id runs already: a button that carries the id of the clock
        it starts may be pressed twice. ValueError for a label that is refused, and for a walk
        that is somebody else's by now."""
        if problem := label_problem(clock.label):
            raise ValueError(problem)
        row = {
            "id": clock.id,
            "person": clock.person,
            "walk": clock.walk,
            "guide": clock.guide,
            "label": clock.label,
            "circulation": clock.circulation.value if clock.circulation else None,
            **_changing(clock, now),
        }
        insert = self.database.insert(clocks).on_conflict_do_nothing()
        whose = select(walks.c.person).where(walks.c.id == clock.walk).with_for_update()
        with self.database.begin() as connection:
            if clock.walk and connection.scalar(whose) not in (None, clock.person):
                raise ValueError("这次处置已经交给别人了，时限由他来开")
            if connection.scalar(insert.returning(clocks.c.id), row) is None:
                return False
            put(self.database, connection, messages)
        return True

    def get(self, id: str) -> Clock | None:
        with self.database.read() as connection:
            row = connection.execute(_CLOCK, {"id": id}).one_or_none()
        return _read(row) if row else None

    def of(self, person: str, running_only: bool = True) -> tuple[Clock, ...]:
        """By their start, the earliest first."""
        query = _RUNNING_OF if running_only else _CLOCKS_OF
        with self.database.read() as connection:
            rows = connection.execute(query, {"person": person}).all()
        return tuple(_read(row) for row in rows)

    def labels(self, person: str) -> set[str]:
        """Of those that run."""
        with self.database.read() as connection:
            return set(connection.scalars(_LABELS_OF, {"person": person}))

    def of_walk(self, walk: str) -> tuple[Clock, ...]:
        """Stopped ones too, the earliest first."""
        with self.database.read() as connection:
            return clocks_of_walk(connection, walk)

    def change(self, clock: Clock, messages: Sequence[Message], now: datetime) -> bool:
        """Write a clock that ``bot.clocks.changes`` made, with its new schedule.

        False, and nothing happens, unless the stored one is its person's and exactly one
        version older: a button pressed twice, or a clock handed over meanwhile.
        """
        with self.database.begin() as connection:
            older = and_(
                clocks.c.id == clock.id,
                clocks.c.person == clock.person,
                clocks.c.version == clock.version - 1,
            )
            changed = update(clocks).where(older).values(_changing(clock, now))
            if connection.execute(changed).rowcount != 1:
                return False
            take_back(connection, clock.id)
            put(self.database, connection, messages)
        return True

    def stop(self, clock: Clock, now: datetime) -> bool:
        """As ``change``; no more warnings. ValueError when it is stopped already."""
        return self.change(changes.stopped(clock, now), (), now)

    def acknowledge(self, clock: Clock, calendar: Calendar, now: datetime) -> bool:
        """As ``change``; no more reminders that it is over. ValueError while it is not."""
        return self.change(changes.acknowledged(clock, calendar, now), (), now)

    def chain(self, clock: Clock, message: Message) -> bool:
        """Write the reminder after the one about to be sent.

        False when there is no need: the clock has changed, and with it all that waits, or a
        reminder without an end waits already and will see to the next.
        """
        with self.database.begin() as connection:
            # Locked, so that a change comes before this and is seen, or after and takes it back.
            version = connection.scalar(
                select(clocks.c.version).where(clocks.c.id == clock.id).with_for_update()
            )
            begins = prefix(clock)
            waiting = select(outbox.c.id).where(
                outbox.c.subject == clock.id,
                outbox.c.state == DUE,
                or_(
                    outbox.c.name.startswith(f"{begins}{AFTER}-", autoescape=True),
                    outbox.c.name.startswith(f"{begins}{PAUSED}-", autoescape=True),
                ),
            )
            if version != clock.version or connection.execute(waiting.limit(1)).first():
                return False
            put(self.database, connection, (message,))
        return True

    def sweep(self, now: datetime, days: int) -> int:
        """Delete clocks that ended ``days`` ago and belong to no walk; how many."""
        long_ago = clocks.c.changed < utc(now - timedelta(days=days))
        kept = clocks.c.walk.in_(select(walks.c.id))
        alone = or_(clocks.c.walk.is_(None), ~kept)
        with self.database.begin() as connection:
            gone = connection.execute(delete(clocks).where(~still_runs(), long_ago, alone))
        return gone.rowcount


def still_runs() -> Any:
    """Neither stopped nor confirmed: it must not be forgotten."""
    return and_(clocks.c.stopped.is_(None), clocks.c.acknowledged.is_(None))


def clocks_of_walk(connection: Connection, walk: str, lock: bool = False) -> tuple[Clock, ...]:
    """``lock``: nobody changes them until the end of the transaction."""
    query = _OF_WALK.with_for_update() if lock else _OF_WALK
    return tuple(_read(row) for row in connection.execute(query, {"walk": walk}).all())


def relabel(connection: Connection, walk: str, label: str) -> None:
    """Carry a walk's new label to its clocks and to what waits for them. No new version: times
    stay, and a message being sent is right as it is."""
    connection.execute(update(clocks).where(clocks.c.walk == walk).values(label=label))
    subjects = select(clocks.c.id).where(clocks.c.walk == walk)
    waiting = select(outbox.c.id, outbox.c.body).where(
        outbox.c.subject.in_(subjects), outbox.c.state == DUE
    )
    for row in connection.execute(waiting).all():
        body = {**row.body, "label": label}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))


def hand_on(
    database: Database,
    connection: Connection,
    clock: Clock,
    messages: Sequence[Message],
    now: datetime,
) -> None:
    """Give a clock to its new ``person``; ``clock`` is of the next version."""
    values = {**_changing(clock, now), "person": clock.person}
    connection.execute(update(clocks).where(clocks.c.id == clock.id).values(values))
    take_back(connection, clock.id)
    put(database, connection, messages)


def _changing(clock: Clock, now: datetime) -> dict[str, Any]:
    """Columns that a change may write; the others belong to the walk or never change."""
    return {
        "rule": clock.limit.model_dump(mode="json", by_alias=True),
        "started": utc(clock.started),
        "tiers": clock.tiers,
        "pauses": [
            {
                "begin": utc(pause.begin).isoformat(),
                "end": utc(pause.end).isoformat() if pause.end else None,
                "why": pause.why,
            }
            for pause in clock.pauses
        ],
        "stopped": utc(clock.stopped) if clock.stopped else None,
        "acknowledged": utc(clock.acknowledged) if clock.acknowledged else None,
        "version": clock.version,
        "changed": utc(now),
    }


def _read(row: Row[Any]) -> Clock:
    return Clock(
        id=row.id,
        person=row.person,
        walk=row.walk,
        guide=row.guide,
        label=row.label,
        # Through JSON: the model is strict, and only there are its enumerations text.
        limit=Limit.model_validate_json(json.dumps(row.rule)),
        started=utc(row.started),
        tiers=row.tiers,
        pauses=tuple(_read_pause(pause) for pause in row.pauses),
        stopped=utc(row.stopped) if row.stopped else None,
        acknowledged=utc(row.acknowledged) if row.acknowledged else None,
        version=row.version,
        circulation=Circulation(row.circulation) if row.circulation else None,
    )


def _read_pause(pause: dict[str, Any]) -> Pause:
    end = datetime.fromisoformat(pause["end"]) if pause["end"] else None
    return Pause(datetime.fromisoformat(pause["begin"]), end, pause["why"])
