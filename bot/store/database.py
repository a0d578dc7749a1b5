"""One connection pool and the migrations; SQLite in the data folder, or PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = 0x6D62  # the number of our lock: any, as long as nobody else takes it


class StoreError(Exception):
    """The database cannot be reached or written; the message says what to look at."""


class Database:
    """``with database.begin() as connection``: one transaction, committed on leaving."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in (None, "", ":memory:"):
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(self.url, pool_pre_ping=not self.is_sqlite)
        self._writing = Lock()
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_immediate)

    @contextmanager
    def begin(self, reads: bool = False) -> Iterator[Connection]:
        """A transaction; StoreError for whatever the database refuses."""
        try:
            # SQLite has one writer; waiting here is quicker than its own polling for the lock.
            turn = nullcontext() if reads or not self.is_sqlite else self._writing
            with turn, self.engine.connect() as connection:
                connection.execution_options(mingbai_reads=reads)
                with connection.begin():
                    yield connection
        # The others come from the driver unwrapped: half a character, a number beyond 64 bits.
        except (SQLAlchemyError, UnicodeError, OverflowError) as error:
            place = self.url.render_as_string(hide_password=True)
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise StoreError(
                f"数据库用不了（{place}）：{reason}；检查磁盘空间、权限和数据库服务"
            ) from error

    def read(self) -> AbstractContextManager[Connection]:
        """As ``begin``, without keeping writers out."""
        return self.begin(reads=True)

    def insert(self, table: Any) -> Any:
        """An INSERT that knows ON CONFLICT in both dialects."""
        return sqlite_insert(table) if self.is_sqlite else postgresql_insert(table)

    def migrate(self) -> None:
        """Bring the schema up to date; nothing happens when it is."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with self.begin() as connection:
            if not self.is_sqlite:  # which lets one writer in at a time anyway
                # Replicas start together: the others wait here, and find it done.
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()


def utc(moment: datetime) -> datetime:
    """As stored: SQLite keeps no zone, so every time goes in and comes out as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin below, not in the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is gone from the file too
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # Taking the write lock at once: two readers that both turn writers would deadlock.
    reads = connection.get_execution_options().get("mingbai_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
