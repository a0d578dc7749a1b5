"""The Telegram channel; the only room that imports ``telegram``."""
