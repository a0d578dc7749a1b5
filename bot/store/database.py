"""One connection pool and the migrations; SQLite in the data folder, or PostgreSQL by URL.

Here alone it is decided how long anybody waits for the database.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Engine,
    QueuePool,
    column,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as OutOfTime

from bot.store.outage import Outage
from guides.disk import reason

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = 0x6D62  # the number of our lock: any, as long as nobody else takes it

# Seconds that a transaction may take. What an answer can do without, and whatever is only looked
# up: then the screen is drawn without it. What is written down before anybody is answered: all
# who ask meanwhile wait behind it. A step that is nothing without the database. What nobody waits
# for. A change of all tables.
PASSING, TAKING, STEP, LEISURE, MIGRATING = 0.3, 0.5, 1.0, 10.0, 600.0
_PROOF_HOLDS = 30.0
_VERSION, _PROBE = table("alembic_version", column("version_num")), "probe"
_CHANGED = "mingbai_changed"  # of a connection: whether the transaction has changed a row
# It works; what it is told does not.
_NOT_TAKEN = (IntegrityError, DataError, UnicodeError, OverflowError)
_patience: ContextVar[float | None] = ContextVar("patience", default=None)
_until: ContextVar[float] = ContextVar("until", default=0.0)  # of the transaction that runs


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """For the transactions within: PASSING, TAKING, STEP or LEISURE, whatever they do."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


class StoreError(Exception):
    """The database cannot be reached or written; the message says what to look at."""


class WrongDatabase(StoreError):
    """No database can be meant by these settings; the message says what to write."""


class Database:
    """``with database.begin() as connection``: one transaction, committed on leaving.

    ``serves``: somebody waits for what is looked up here. Then no transaction takes longer than
    it may, and while the database is away nobody waits for it; else each has LEISURE.
    ``makes_folder``: not for an address that somebody wrote, who may have mistyped it.
    """

    def __init__(self, url: str, serves: bool = False, makes_folder: bool = True) -> None:
        self._serves = serves
        self.migrated = False
        self._writing = Lock()
        self._proved = float("-inf")  # when something was written last
        self._outage = Outage(time.monotonic)
        try:
            self.url = make_url(url)
            self.is_sqlite = self.url.get_backend_name() == "sqlite"
            if not self.is_sqlite and self.url.get_backend_name() != "postgresql":
                raise ArgumentError(self.url.get_backend_name())
            self._find_folder(makes_folder)
            waits = {"timeout": PASSING if serves else LEISURE} if self.is_sqlite else {}
            self.engine: Engine = create_engine(
                self.url,
                poolclass=QueuePool,
                pool_timeout=STEP if serves else LEISURE,
                pool_pre_ping=not self.is_sqlite,
                connect_args=waits,
            )
        except ArgumentError as error:
            raise WrongDatabase(
                "MINGBAI_DATABASE_URL 写得不对；写 postgresql+psycopg://用户@主机/库，"
                "或者不写（用数据文件夹里的 SQLite）"
            ) from error
        except ModuleNotFoundError as error:
            raise WrongDatabase(
                f"MINGBAI_DATABASE_URL 要用的驱动 {error.name} 没有装；"
                "装上它：.venv/bin/python -m pip install 'psycopg[binary]'，"
                "或者网址写成 postgresql+psycopg://…"
            ) from error
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            from bot.store.bounded import Dialler  # its driver need not be installed

            event.listen(self.engine, "do_connect", Dialler(left).dial)
            event.listen(self.engine, "connect", _prepare_postgresql)
        event.listen(self.engine, "after_cursor_execute", _note_changes)

    @contextmanager
    def begin(self, reads: bool = False) -> Iterator[Connection]:
        """A transaction; StoreError for whatever the database refuses, and when it takes longer
        than it may."""
        outage, wanted = self._outage, self._patience(reads)
        if told := outage.known(reads):
            outage.failed(reads, told)
            raise StoreError(told)
        if outage.lasts(reads) and wanted < LEISURE:
            wanted = PASSING
        began = time.monotonic()
        token = _until.set(began + wanted)
        try:
            with self._turn(reads), self.engine.connect() as connection:
                connection.info[_CHANGED] = False
                with connection.begin():
                    if self.is_sqlite:
                        _begin_sqlite(connection, reads)
                    yield connection
                proved = reads or bool(connection.info[_CHANGED])
        # The others come from the driver unwrapped: what begins, half a character, a number beyond
        # 64 bits.
        except (SQLAlchemyError, sqlite3.Error, UnicodeError, OverflowError) as error:
            place = self.url.render_as_string(hide_password=True)
            why = str(getattr(error, "orig", error)).splitlines()[0]
            told = f"数据库用不了（{place}）：{why}；检查磁盘空间、权限和数据库服务"
            if isinstance(error, _NOT_TAKEN):
                log.warning("%s", told)
            elif self._serves:
                if not reads:
                    self._proved = float("-inf")
                outage.failed(reads, told, waited=time.monotonic() - began > wanted / 2)
            raise StoreError(told) from error
        else:
            outage.worked(reads, proved)
            if proved and not reads:
                self._proved = time.monotonic()
        finally:
            _until.reset(token)

    def read(self) -> AbstractContextManager[Connection]:
        """As ``begin``, without keeping writers out."""
        return self.begin(reads=True)

    def prove(self) -> None:
        """StoreError when nothing can be written. Tried by writing, where nobody has written for
        half a minute: to open a transaction, and to change no row, can be done on a full disk."""
        if time.monotonic() - self._proved < _PROOF_HOLDS:
            return
        with self.begin() as connection:  # nobody else ever sees the row
            connection.execute(insert(_VERSION).values(version_num=_PROBE))
            connection.execute(delete(_VERSION).where(_VERSION.c.version_num == _PROBE))

    def insert(self, table: Any) -> Any:
        """An INSERT that knows ON CONFLICT in both dialects."""
        return sqlite_insert(table) if self.is_sqlite else postgresql_insert(table)

    def migrate(self) -> None:
        """Bring the schema up to date; nothing happens when it is."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with patience(STEP if self._serves else LEISURE), self.read() as connection:
            known = MigrationContext.configure(connection).get_current_revision()
        if known != newest:
            with patience(MIGRATING), self.begin() as connection:
                if not self.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                    # Replicas start together: the others wait here, and find it done.
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        self.migrated = True

    def close(self) -> None:
        self.engine.dispose()

    def _patience(self, reads: bool) -> float:
        wanted = _patience.get()
        if not self._serves:
            return max(wanted or LEISURE, LEISURE)
        return (PASSING if reads else STEP) if wanted is None else wanted

    @contextmanager
    def _turn(self, reads: bool) -> Iterator[None]:
        """SQLite has one writer; waiting here is quicker than its own polling for the lock."""
        if reads or not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=left()):
            raise OutOfTime("前面的写入还没有做完")
        try:
            yield
        finally:
            self._writing.release()

    def _find_folder(self, makes: bool) -> None:
        if not self.is_sqlite or self.url.database in (None, "", ":memory:"):
            return
        folder = Path(str(self.url.database)).parent
        if not makes and not folder.is_dir():
            raise WrongDatabase(
                f"MINGBAI_DATABASE_URL 里的文件夹 {folder} 不存在；先建好它，或者改对"
                "（绝对路径是四条斜杠：sqlite:////var/lib/mingbai/mingbai.db）"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongDatabase(f"数据文件夹 {folder} 建不了：{reason(error)}") from error


def left() -> float:
    """Seconds that the transaction of this thread may still take."""
    return max(0.0, _until.get() - time.monotonic())


def utc(moment: datetime) -> datetime:
    """As stored: SQLite keeps no zone, so every time goes in and comes out as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _note_changes(
    connection: Connection, cursor: Any, _words: Any, _given: Any, context: Any, _many: Any
) -> None:
    if (context.isinsert or context.isupdate or context.isdelete) and cursor.rowcount > 0:
        connection.info[_CHANGED] = True


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin below, not in the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is gone from the file too
    cursor.close()


def _begin_sqlite(connection: Connection, reads: bool) -> None:
    # Past SQLAlchemy, to which every statement costs more than it costs SQLite.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={int(left() * 1000)}")
    # Taking the write lock at once: two readers that both turn writers would deadlock.
    driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # So that a statement nobody waits for any more does not keep a place in the server for ever.
    connection.execute(f"SET statement_timeout = {int(LEISURE * 1000)}")
    connection.commit()
