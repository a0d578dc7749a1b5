"""What one can talk about. A topic registers its screens by being imported here.

The order is the one in which a typed line is heard (``HEARINGS`` in ``topic``): whoever
asked for it (``awaited``) before all others, the last one of this list first; then those
that may understand it (``hearing``), as they stand here.
"""

from __future__ import annotations

# isort: off
from bot.topics.clocks import clock
from bot.topics.clocks import limits
from bot.topics.clocks import changes
from bot.topics.walks import handover
from bot.topics.people import invites
from bot.topics.reader import laws
from bot.topics.reader import menu
from bot.topics.reader import follow_up
from bot.topics.clocks import reminders
from bot.topics.people import members
from bot.topics.people import privacy
from bot.topics.reader import asking
from bot.topics.reader import favourites
from bot.topics.reader import feedback
from bot.topics.reader import guide
from bot.topics.reader import help
from bot.topics.reader import large
from bot.topics.reader import pinned
from bot.topics.reader import recents
from bot.topics.reader import sheet
from bot.topics.walks import start
from bot.topics.walks import ticks
from bot.topics.walks import walk
# isort: on

TOPICS = (
    clock,
    limits,
    changes,
    handover,
    invites,
    laws,
    menu,
    follow_up,
    reminders,
    members,
    privacy,
    asking,
    favourites,
    feedback,
    guide,
    help,
    large,
    pinned,
    recents,
    sheet,
    start,
    ticks,
    walk,
)
