"""What is old is deleted by a time that a wrong clock does not hurry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.house import House
from bot.people.roles import Role
from bot.process import keep_house
from bot.store.steady import AT_A_LOOK, AT_A_START, Steady, steady
from tests.bot.houses import signed_in
from tests.bot.members import let_in
from tests.bot.tellers import NOW, Time, house, published, time

__all__ = ["house", "published", "time"]  # the fixtures

HOUR, YEAR = timedelta(hours=1), timedelta(days=400)


class Elapsed:
    """A clock that cannot jump, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, span: timedelta) -> None:
        self.seconds += span.total_seconds()


def test_no_more_is_believed_than_can_have_passed() -> None:
    assert steady(NOW, None, None) == NOW
    assert steady(NOW + HOUR, NOW, HOUR) == NOW + HOUR
    assert steady(NOW + YEAR, NOW, HOUR) == NOW + HOUR + AT_A_LOOK
    assert steady(NOW + YEAR, NOW, None) == NOW + AT_A_START
    assert steady(NOW - YEAR, NOW, HOUR) == NOW - YEAR


def test_a_wrong_minute_changes_nothing_and_a_long_pause_is_made_up(tmp_path: Path) -> None:
    elapsed = Elapsed()
    told = Steady(tmp_path / "steady", elapsed)
    assert told(NOW) == NOW
    elapsed.pass_by(HOUR)
    assert told(NOW + YEAR) == NOW + HOUR + AT_A_LOOK, "ahead for a minute"
    assert told(NOW - YEAR) == NOW - YEAR, "behind for a minute"
    elapsed.pass_by(HOUR)
    assert told(NOW + 2 * HOUR) == NOW + 2 * HOUR, "and right again"
    later, elapsed = NOW + timedelta(days=10), Elapsed()
    again = Steady(tmp_path / "steady", elapsed)
    moments = [again(later)]
    while moments[-1] < later:
        elapsed.pass_by(HOUR)
        later += HOUR
        moments.append(again(later))
        assert len(moments) < 24 * 20
    assert moments == sorted(moments)


def test_nothing_is_written_where_nothing_can_be(tmp_path: Path) -> None:
    told = Steady(tmp_path / "nowhere" / "steady", Elapsed())
    assert told(NOW) == NOW
    (tmp_path / "steady").write_text("yesterday")
    assert Steady(tmp_path / "steady", Elapsed())(NOW) == NOW


def test_walks_and_sessions_outlive_a_clock_that_is_wrong_for_a_while(
    house: House, time: Time
) -> None:
    member = let_in(house, None, Role.OFFICER)
    cookie = signed_in(house, member.person)
    guide = house.serving.release.library.guide("umbrella")
    assert guide is not None
    walk = house.incidents.walks.start(member.person, guide, "警情A", time.now)
    assert keep_house(house)
    time.now += YEAR
    assert keep_house(house)
    time.now -= YEAR
    assert house.incidents.walks.get(walk.id)
    assert house.access.session(cookie, time.now) == member
