"""Who is speaking: looked up at every event, so that a revocation counts at the next one.

While the database is away, who was let in lately is still known to this process, and so are those
whom the settings name. Of everybody else nobody can say whether they are invited: StoreError,
which is not the same as None, and no reason to tell them that they are not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from bot.people.roles import OPERATOR, Member, Role
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.keys import Keys
from bot.store.people import People, Person

# While the database is away nobody can be revoked in it either: who was let in last goes on
# being served, for one shift.
TRUSTED = timedelta(hours=12)
_REMEMBERED = 10_000


class Access:
    def __init__(self, settings: Settings, people: People, keys: Keys) -> None:
        self.open_to_all = settings.open_to_all
        self.admins = settings.admins
        self.people = people
        self.keys = keys
        self._known: OrderedDict[str, tuple[Member, datetime]] = OrderedDict()
        self._lock = Lock()

    def telegram(self, user_id: int, now: datetime) -> Member | None:
        """Who this Telegram user is; None: not invited, revoked, or the access has run out.
        StoreError when that cannot be known."""
        account = f"telegram:{user_id}"
        unasked = Member(account) if self.open_to_all else None
        if user_id in self.admins:
            unasked = Member(account, Role.ADMIN)
        look = partial(self._account, account, user_id, now)
        return self._remembering(account, now, look, unasked)

    def session(
        self, secret: str, now: datetime, prolonged: Callable[[], None] | None = None
    ) -> Member | None:
        """Who is signed in with this cookie; None and StoreError as above. ``prolonged``: somebody
        uses it, so it lives on; called when its end has been moved."""
        if not secret:
            return None
        look = partial(self._session, secret, now, prolonged)
        return self._remembering(f"page:{secret}", now, look)

    def active(self, person: str, now: datetime) -> bool:
        """Whether ``person`` may be written to. StoreError when that cannot be known."""
        return self._member(person, now) is not None

    def _account(self, account: str, user_id: int, now: datetime) -> Member | None:
        known = self.people.of_account(account)
        if user_id in self.admins:
            return Member(known.id if known else account, Role.ADMIN)
        return self._let_in(known, account, now)

    def _let_in(self, known: Person | None, person: str, now: datetime) -> Member | None:
        if known is not None and known.removed is not None:
            return None  # also where everybody else is served
        if known is not None and known.active(now):
            return known.member
        return Member(person) if self.open_to_all else None

    def _session(
        self, secret: str, now: datetime, prolonged: Callable[[], None] | None
    ) -> Member | None:
        signed_in = self.keys.session(secret, now)
        if signed_in is None:
            return None
        known, person = signed_in.known, signed_in.person
        member = self._let_in(known, person, now) if known else self._member(person, now)
        if member is not None and signed_in.due and prolonged:
            with suppress(StoreError):  # the next use will do
                if self.keys.prolong(secret, now):
                    prolonged()
        return member

    def _member(self, person: str, now: datetime) -> Member | None:
        if person == OPERATOR:
            return Member(OPERATOR, Role.ADMIN)
        channel, _, number = person.partition(":")
        if channel == "telegram":
            return self._account(person, int(number), now)
        if channel == "page":
            return Member(person) if self.open_to_all else None
        return self._let_in(self.people.get(person), person, now)

    def _remembering(
        self,
        key: str,
        now: datetime,
        look: Callable[[], Member | None],
        unasked: Member | None = None,
    ) -> Member | None:
        """What ``look`` finds; without a database who was let in lately, else ``unasked``, who
        is let in whatever the database says; StoreError when there is none."""
        try:
            member = look()
        except StoreError:
            remembered = self._known.get(key)
            if remembered and now - remembered[1] < TRUSTED:
                return remembered[0]
            if unasked:
                return unasked
            raise
        with self._lock:
            self._known.pop(key, None)
            if member is not None:
                self._known[key] = (member, now)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return member
