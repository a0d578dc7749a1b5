"""Runs every configured channel in one process until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from socket import socket
from typing import TYPE_CHECKING

import uvloop
from rich.console import Console
from starlette.routing import Route

from bot.courier import Teller
from bot.health import Health
from bot.house import House
from bot.logs import set_up
from bot.services.dispatcher import Deliver, Dispatcher
from bot.services.published import note_releases
from bot.settings import Settings
from bot.startup import CannotStart, get_ready, keep_private, listen, open_house
from bot.store import inbox
from bot.store.database import LEISURE, StoreError, patience
from bot.watch import Watch
from bot.web.app import make_server, one_time_link
from index.edits import unforeseen
from index.heap import keep_little
from index.releases import NoRelease
from index.serving import AGAIN

if TYPE_CHECKING:
    from bot.telegram.service import Service

log = logging.getLogger(__name__)
REFRESH_SECONDS, KEEP_AGAIN_SECONDS = 1.0, 60.0


def refresh(house: House) -> bool:
    """Follow the folder once; whether there is something to serve. Problems are logged."""
    try:
        news = house.serving.refresh(house.clock())
    except NoRelease as error:
        log.error("没有可用的指引：%s；运行 python run_bot.py check 看全部问题", error)
        return False
    for line in news.why_not(house.serving.release.number):
        log.error("%s", line)
    if news.failed:
        log.warning("%s 秒后再试一次发布", AGAIN.seconds, exc_info=unforeseen(news.failed))
    if news.published:
        log.warning("第 %s 号发布已启用", news.published)
    return True


@patience(LEISURE)
def keep_house(house: House) -> bool:
    """What is done again and again: releases into the audit trail, what is old deleted.
    Whether all of it was done: what fails is logged and stops none of the others."""
    days, incidents = house.settings.walk_days, house.incidents
    audit, releases = house.membership.audit, house.serving.releases
    now = house.steady(house.clock())
    return all(
        [
            _done(house.database.prove),
            _done(lambda: note_releases(audit, releases, house.clock())),
            _done(lambda: house.membership.personal.sweep(now)),
            _done(lambda: house.membership.invites.sweep(now)),
            _done(lambda: house.membership.tries.sweep(now)),
            _done(lambda: incidents.walks.sweep(now, days)),
            _done(lambda: incidents.clocks.sweep(now, days)),
            _done(lambda: incidents.outbox.sweep(now)),
            _done(lambda: inbox.sweep(house.database, now)),
        ]
    )


def _done(part: Callable[[], object]) -> bool:
    try:
        part()
    except StoreError:
        pass  # the log knows
    except Exception:
        log.exception("keeping house failed")
    else:
        return True
    return False


def run_all(settings: Settings) -> int:
    """Exit code: 0 stopped on request, 1 could not start."""
    console = Console(stderr=True)
    try:
        keep_private(settings)
        keep_little()
        set_up(settings.data, console)
        with listen(settings) as port, closing(open_house(settings, apart=True)) as house:
            get_ready(house, refresh, console)
            return uvloop.run(_run(house, port))
    except CannotStart as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 1


async def _run(house: House, port: socket) -> int:
    # Answers are found in threads; with the default 5 ms each of them would keep the event
    # loop, and so every message on its way out, waiting that long.
    sys.setswitchinterval(0.0005)
    settings = house.settings
    watch = Watch()
    watch.start("跟随指引文件夹", partial(_follow, house))
    watch.start("日常清理", partial(_keep, house))
    routes: list[Route] = []
    service: Service | None = None
    teller = Teller(house)
    deliver = teller.deliver
    health = Health(house, watch)
    if settings.telegram_token:
        from bot.telegram.delivery import TelegramTeller
        from bot.telegram.service import Service
        from bot.telegram.webhook import webhook_route

        service = Service(house)
        deliver = TelegramTeller(teller, service).deliver
        health = Health(house, watch, service.state)
        if settings.telegram_webhook_url:
            routes.append(webhook_route(service))
    server = make_server(house, routes, health)
    # Once it has stopped, uvicorn raises the signal again: by default that would be the end of
    # this program, with warnings on their way and nothing written down.
    signal.signal(signal.SIGTERM, server.handle_exit)
    web = asyncio.create_task(server.serve(sockets=[port]))
    once: list[asyncio.Task[None]] = []
    try:
        while not server.started and not web.done():  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(0.05)
        if not server.started:
            return 1
        if service:  # only now: the webhook must be able to reach us
            await service.open()
            watch.start("Telegram", service.run)
        watch.start("发提醒", lambda: dispatcher(teller, deliver).run())
        link = _link(house)
        _say_where(house, link)
        once += [asyncio.create_task(work) for work in (_mend(house, link), _say_contact(house))]
        await web
        return 0
    finally:
        for task in once:
            task.cancel()
        house.serving.close()  # else its thread waits for a release that nobody will see
        await watch.stop()  # the dispatcher first, while the service can still send
        with suppress(StoreError):
            house.assistant.memory.recents.flush()


def dispatcher(teller: Teller, deliver: Deliver) -> Dispatcher:
    house = teller.house
    return Dispatcher(house.incidents.outbox, deliver, house.clock, teller.escalate)


def _say_where(house: House, link: str) -> None:
    settings = house.settings
    where = f"http://{settings.host}:{settings.port}/"
    print(f"明白已启动，第 {house.serving.release.number} 号发布。", flush=True)
    print(f"手机网页：{where}", flush=True)
    print(f"本机进入{_with(link) or '：数据库用不了，恢复以后在这里给出链接'}", flush=True)
    if not link and not settings.open_to_all:
        print("数据库恢复以前认不出受邀请的民警：只有 MINGBAI_ADMINS 里的人能用", flush=True)
    telegram = "正在连接…" if settings.telegram_token else "没有设 TELEGRAM_BOT_TOKEN，未接入"
    print(f"Telegram：{telegram}", flush=True)


def _with(link: str) -> str:
    return f"（一次有效，30 分钟内）：{link}" if link else ""


def _link(house: House) -> str:
    """Empty while the database is away."""
    with suppress(StoreError):
        return one_time_link(house)
    return ""


async def _say_contact(house: House) -> None:
    if house.settings.telegram_token:
        await house.links.met.wait()
        print(f"Telegram：已接入，机器人是 @{house.links.bot_name()}", flush=True)


async def _mend(house: House, link: str) -> None:
    """What a database that was away when the program started has kept from being done."""
    while not house.database.migrated:
        await asyncio.sleep(REFRESH_SECONDS)
        with suppress(StoreError):
            await asyncio.to_thread(house.database.migrate)
    while not link:
        await asyncio.sleep(REFRESH_SECONDS)
        if link := await asyncio.to_thread(_link, house):
            print(f"本机进入{_with(link)}", flush=True)


async def _follow(house: House) -> None:
    """A loop of its own: no edit waits for the database."""
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            await asyncio.to_thread(refresh, house)
        except Exception:
            log.exception("following the folder failed")


async def _keep(house: House) -> None:
    kept: tuple[int, int] | None = None
    again, loop = 0.0, asyncio.get_running_loop()
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        hour = (house.serving.release.number, int(house.clock().timestamp() // 3600))
        if hour != kept and loop.time() >= again:  # each hour, and when another release is served
            if await asyncio.to_thread(keep_house, house):
                kept = hour
            else:
                again = loop.time() + KEEP_AGAIN_SECONDS
        await asyncio.to_thread(_done, house.assistant.memory.recents.flush)
        house.assistant.memory.conversations.sweep(house.clock())
