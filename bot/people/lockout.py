"""How many wrong codes are taken: by account, by address and over all; pure of any clock.

A bucket that fills again, kept in the database: a restart empties no bucket, and replicas share
them. Only what could be guessed is counted: an invite or the operator's link is too long for it,
so nobody's wrong tries keep somebody with a right one out, however many share an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Bucket:
    """``most`` wrong tries at once, one more ``every`` so often."""

    most: int
    every: timedelta

    def filled(self, left: float, since: datetime, now: datetime) -> float:
        """What is in it ``now``; a clock that was turned back fills nothing and costs nothing."""
        return min(left + max(now - since, NONE) / self.every, self.most)

    def wait(self, left: float) -> timedelta:
        """How long until there is another try; zero: there is one."""
        return max((1 - left) * self.every, NONE)


# Somebody who tries from an account of their own keeps out nobody else.
ACCOUNT = Bucket(5, timedelta(minutes=1))
# Behind one address there may be a whole building.
ADDRESS = Bucket(30, timedelta(seconds=20))
# 40 bits for ten minutes: with twenty codes out day and night, somebody who never stops trying
# finds one in ten thousand years.
CODES = Bucket(100, timedelta(seconds=6))
LONGEST = max(bucket.most * bucket.every for bucket in (ACCOUNT, ADDRESS, CODES))


def by_account(account: str) -> Mapping[str, Bucket]:
    return {f"account {account}": ACCOUNT}


def by_address(address: str) -> Mapping[str, Bucket]:
    """For the short codes."""
    return {f"address {address}": ADDRESS, "codes": CODES}
