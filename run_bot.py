"""The door: mounts each room's commands, nothing else."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - told to whoever starts it with an older one
    sys.exit(f"需要 Python 3.11 或更新的版本，这里是 {sys.version.split()[0]}；换一个再启动")

if __name__ == "__main__":
    from dotenv import load_dotenv

    load_dotenv(".env")
    # Only now: the rooms look at the environment.
    from bot.commands.main import commands

    commands()
