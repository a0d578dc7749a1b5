"""The Telegram channel; the only room that imports ``telegram``."""

import os

# Waits come as timedelta, which will be the library's only way; without this it warns each time.
os.environ.setdefault("PTB_TIMEDELTA", "true")
