"""The door: mounts each room's commands, nothing else."""

from dotenv import find_dotenv, load_dotenv

load_dotenv(find_dotenv(usecwd=True))  # before the rooms look at the environment

from bot.commands import commands  # noqa: E402

if __name__ == "__main__":
    commands()
