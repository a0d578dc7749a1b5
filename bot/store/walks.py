"""Walks along guides and their ticks; handing one to a colleague. No case data: a label.

What a method has confirmed is committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    select,
    true,
    update,
)

from bot.clocks.clock import Clock
from bot.message import Message
from bot.people.codes import hashed
from bot.store.clocks import clocks_of_walk, hand_on, relabel, still_runs
from bot.store.database import Database, utc
from bot.store.ids import RandomBytes, new_id
from bot.store.schema import clocks, handovers, walk_marks, walks
from bot.walks.label import label_problem
from bot.walks.walk import Mark, Walk, WalkState, seen_of
from guides.model import Guide
from guides.parts import Circulation

# Looked up at every press: made once, since making a statement costs as much as asking it.
_WALK = select(walks).where(walks.c.id == bindparam("id"))
_WALKS_OF = (
    select(walks)
    .where(walks.c.person == bindparam("person"))
    .order_by(walks.c.started.desc(), walks.c.id)
)
_NAMED_OF = _WALKS_OF.with_only_columns(walks.c.id, walks.c.guide, walks.c.label, walks.c.state)
_NEWEST_LAST = select(walk_marks).order_by(walk_marks.c.at, walk_marks.c.step)
_MARKS = _NEWEST_LAST.where(walk_marks.c.walk == bindparam("id"))
_MARKS_OF = _NEWEST_LAST.join(walks, walks.c.id == walk_marks.c.walk).where(
    walks.c.person == bindparam("person")
)
_NOW = bindparam("now", type_=walks.c.changed.type)
_TOUCHED = (
    update(walks)
    .where(walks.c.id == bindparam("which"), walks.c.person == bindparam("whose"))
    # A step may be ticked for an earlier time; the walk was changed no earlier for it.
    .values(changed=case((walks.c.changed < _NOW, _NOW), else_=walks.c.changed))
)


@dataclass(frozen=True, slots=True)
class Named:
    """A walk without its steps and ticks."""

    id: str
    guide: str
    label: str
    state: WalkState


class Walks:
    def __init__(self, database: Database, random: RandomBytes = secrets.token_bytes) -> None:
        self.database = database
        self.random = random

    def start(
        self, person: str, guide: Guide, label: str, now: datetime, id: str | None = None
    ) -> Walk:
        """A new walk; with an ``id`` of a walk that exists, that one: a button that carries the
        id of what it starts may be pressed twice. ValueError for a label that is refused."""
        _check(label)
        row = {
            "person": person,
            "guide": guide.id,
            "revision": guide.revision,
            "label": label,
            "state": WalkState.OPEN.value,
            "started": utc(now),
            "changed": utc(now),
            "seen": seen_of(guide),
            "circulation": guide.circulation.value,
        }
        # What it returns says whether it was written; the row count of an INSERT does not.
        insert = self.database.insert(walks).on_conflict_do_nothing().returning(walks.c.id)
        with self.database.begin() as connection:
            chosen = id or new_id(self.random)
            while (made := connection.scalar(insert, {"id": chosen, **row})) is None:
                if id is not None:
                    break
                chosen = new_id(self.random)
            walk = _get(connection, chosen) if made is None else _made(chosen, row)
        if walk is None or walk.person != person:
            raise ValueError("这个按钮已经用过了，请重新开始一次处置")
        return walk

    def get(self, id: str) -> Walk | None:
        with self.database.read() as connection:
            return _get(connection, id)

    def of(self, person: str) -> tuple[Walk, ...]:
        """The one begun last comes first."""
        whose = {"person": person}
        with self.database.read() as connection:
            rows = connection.execute(_WALKS_OF, whose).all()
            marks = _marks(connection.execute(_MARKS_OF, whose)) if rows else {}
        return tuple(_read(row, marks.get(row.id, {})) for row in rows)

    def named(self, person: str) -> tuple[Named, ...]:
        """As ``of``, of each no more than that."""
        with self.database.read() as connection:
            rows = connection.execute(_NAMED_OF, {"person": person}).all()
        return tuple(Named(row.id, row.guide, row.label, WalkState(row.state)) for row in rows)

    # What follows is done to a walk as it was read: nothing happens, and None is returned, once it
    # has been handed to somebody else or is gone.

    def tick(
        self, walk: Walk, step: str, at: datetime, choice: str | None = None, anew: bool = False
    ) -> Walk | None:
        """Twice is once: the first time stays, unless the choice is another, or the question was
        asked ``anew`` and this is its answer."""
        insert = self.database.insert(walk_marks)
        ticked = insert.on_conflict_do_update(
            index_elements=["walk", "step"],
            set_={"at": insert.excluded.at, "choice": insert.excluded.choice},
            where=true() if anew else walk_marks.c.choice.is_distinct_from(insert.excluded.choice),
        )
        mark = {"walk": walk.id, "step": step, "at": utc(at), "choice": choice}
        return self._change(walk, at, ticked, mark)

    def untick(self, walk: Walk, step: str, now: datetime) -> Walk | None:
        chosen = and_(walk_marks.c.walk == walk.id, walk_marks.c.step == step)
        return self._change(walk, now, delete(walk_marks).where(chosen))

    def set_state(self, walk: Walk, state: WalkState, now: datetime) -> Walk | None:
        """``finished`` is when it was finished first; a reopened walk has none."""
        ended = case((walks.c.finished.is_(None), utc(now)), else_=walks.c.finished)
        finished = ended if state is WalkState.FINISHED else None
        values = {"state": state.value, "finished": finished}
        return self._change(walk, now, update(walks).where(_owned(walk)).values(values))

    def rename(self, walk: Walk, label: str, now: datetime) -> Walk | None:
        """The walk, its clocks and the warnings that wait. ValueError for a refused label."""
        _check(label)
        named = update(walks).where(_owned(walk)).values(label=label)
        return self._change(
            walk, now, named, also=lambda connection: relabel(connection, walk.id, label)
        )

    def saw(self, walk: Walk, revision: int, seen: Mapping[str, str]) -> Walk | None:
        """The officer has been told what changed in the guide. Not a change of the walk."""
        values = {"revision": revision, "seen": dict(seen)}
        with self.database.begin() as connection:
            told = connection.execute(update(walks).where(_owned(walk)).values(values))
            return _get(connection, walk.id) if told.rowcount else None

    def offer(self, walk: Walk, secret: str, expires: datetime) -> bool:
        """Let whoever knows ``secret`` take the walk over; an earlier offer is void."""
        row = {"hash": hashed(secret), "walk": walk.id, "expires": utc(expires)}
        with self.database.begin() as connection:
            if connection.scalar(select(walks.c.id).where(_owned(walk)).with_for_update()) is None:
                return False
            connection.execute(delete(handovers).where(handovers.c.walk == walk.id))
            connection.execute(handovers.insert().values(row))
        return True

    def offered(self, secret: str, now: datetime) -> datetime | None:
        """Until when ``secret`` lets somebody take a walk over; None: used, void or over."""
        valid = and_(handovers.c.hash == hashed(secret), handovers.c.expires > utc(now))
        with self.database.read() as connection:
            expires = connection.scalar(select(handovers.c.expires).where(valid))
        return utc(expires) if expires else None

    def accept(
        self,
        secret: str,
        person: str,
        now: datetime,
        schedule: Callable[[Clock], Sequence[Message]],
    ) -> Walk | None:
        """Take a walk over, once, with all its clocks; None: wrong, used or expired.

        ``schedule`` makes the warnings of a clock that is the new person's already, by their
        preferences (none of one that is stopped); those that waited for the old one are taken
        back. All in one transaction, so ``schedule`` may read the database and must not write.
        """
        valid = and_(handovers.c.hash == hashed(secret), handovers.c.expires > utc(now))
        with self.database.begin() as connection:
            id = connection.scalar(select(handovers.c.walk).where(valid))
            # Locked first: a clock that is being started belongs to it, or comes too late.
            walk = _get(connection, id, lock=True) if id else None
            if walk is None or walk.person == person:
                return walk  # one's own link, tried out, stays good
            # Whoever deletes it takes the walk.
            if connection.execute(delete(handovers).where(valid)).rowcount != 1:
                return None
            for clock in clocks_of_walk(connection, walk.id, lock=True):
                given = replace(clock, person=person, version=clock.version + 1)
                hand_on(self.database, connection, given, schedule(given), now)
            connection.execute(_TOUCHED.values(person=person), _touch(walk, now))
            return _get(connection, walk.id)

    def delete(self, id: str) -> int:
        """The walk with all that belongs to it, but for clocks that run: they go on alone, and
        their number is returned."""
        with self.database.begin() as connection:
            return _delete(connection, [id])

    def sweep(self, now: datetime, days: int) -> int:
        """Delete walks that nobody changed for ``days``, unless a clock of theirs runs; and
        offers that have expired. How many walks."""
        running = select(clocks.c.walk).where(clocks.c.walk.is_not(None), still_runs())
        old = walks.c.changed < utc(now - timedelta(days=days))
        query = select(walks.c.id).where(old, walks.c.id.not_in(running))
        with self.database.begin() as connection:
            gone = connection.scalars(query.with_for_update()).all()
            _delete(connection, gone)
            connection.execute(delete(handovers).where(handovers.c.expires < utc(now)))
        return len(gone)

    def _change(
        self,
        walk: Walk,
        now: datetime,
        statement: Any,
        values: Mapping[str, Any] | None = None,
        also: Callable[[Connection], None] = lambda _: None,
    ) -> Walk | None:
        with self.database.begin() as connection:
            if connection.execute(_TOUCHED, _touch(walk, now)).rowcount != 1:
                return None
            connection.execute(statement, values)
            also(connection)
            return _get(connection, walk.id)


def _owned(walk: Walk) -> ColumnElement[bool]:
    return and_(walks.c.id == walk.id, walks.c.person == walk.person)


def _touch(walk: Walk, now: datetime) -> dict[str, Any]:
    """For ``_TOUCHED``."""
    return {"which": walk.id, "whose": walk.person, "now": utc(now)}


def _delete(connection: Connection, ids: Collection[str]) -> int:
    """How many clocks go on alone. The others have nothing waiting in the outbox."""
    theirs = clocks.c.walk.in_(ids)
    alone = update(clocks).where(theirs, still_runs()).values(walk=None)
    running = connection.execute(alone).rowcount
    connection.execute(delete(clocks).where(theirs))
    connection.execute(delete(walk_marks).where(walk_marks.c.walk.in_(ids)))
    connection.execute(delete(handovers).where(handovers.c.walk.in_(ids)))
    connection.execute(delete(walks).where(walks.c.id.in_(ids)))
    return running


def _check(label: str) -> None:
    if problem := label_problem(label):
        raise ValueError(problem)


def _get(connection: Connection, id: str, lock: bool = False) -> Walk | None:
    which = {"id": id}
    row = connection.execute(_WALK.with_for_update() if lock else _WALK, which).one_or_none()
    return _read(row, _marks(connection.execute(_MARKS, which)).get(id, {})) if row else None


def _marks(rows: Iterable[Row[Any]]) -> dict[str, dict[str, Mark]]:
    found: dict[str, dict[str, Mark]] = {}
    for row in rows:
        found.setdefault(row.walk, {})[row.step] = Mark(row.step, utc(row.at), row.choice)
    return found


def _made(id: str, row: Mapping[str, Any]) -> Walk:
    """As it was just written."""
    return _read(SimpleNamespace(id=id, finished=None, **row), {})


def _read(row: Any, marks: Mapping[str, Mark]) -> Walk:
    return Walk(
        id=row.id,
        person=row.person,
        guide=row.guide,
        revision=row.revision,
        label=row.label,
        state=WalkState(row.state),
        started=utc(row.started),
        changed=utc(row.changed),
        finished=utc(row.finished) if row.finished else None,
        seen=row.seen,
        marks=marks,
        circulation=Circulation(row.circulation) if row.circulation else None,
    )
