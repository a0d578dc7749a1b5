"""Runs every configured channel in one process until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import uvloop
from rich.console import Console
from starlette.routing import Route

from bot.assembly import House, assemble
from bot.auditing import note_releases
from bot.closing import close_folder
from bot.logs import set_up
from bot.outbox import Deliver, Dispatcher
from bot.settings import Settings
from bot.store.database import StoreError
from bot.telling import Teller
from bot.web.app import make_server, one_time_link
from index.meaning import NoModel
from index.releases import NoRelease

if TYPE_CHECKING:
    from bot.telegram.service import Service

log = logging.getLogger(__name__)
REFRESH_SECONDS = 1.0


def refresh(house: House) -> bool:
    """Follow the folder once; whether there is something to serve. Problems are logged."""
    try:
        news = house.serving.refresh(house.clock())
    except NoRelease as error:
        log.error("没有可用的指引：%s；运行 python run_bot.py check 看全部问题", error)
        return False
    for problem in news.errors:
        log.error("指引有错，仍用第 %s 号发布：%s", house.serving.release.number, problem)
    if news.published:
        log.warning("第 %s 号发布已启用", news.published)
    return True


def keep_house(house: House) -> None:
    """What is done again and again: releases into the audit trail, what is old deleted."""
    now = house.clock()
    note_releases(house.membership.audit, house.serving.releases, now)
    house.membership.personal.sweep(now)
    house.membership.invites.sweep(now)
    house.membership.tries.sweep(now)
    days, incidents = house.settings.walk_days, house.incidents
    incidents.walks.sweep(now, days)
    incidents.clocks.sweep(now, days)
    incidents.outbox.sweep(now)


def run_all(settings: Settings) -> int:
    """Exit code: 0 stopped on request, 1 could not start."""
    console = Console(stderr=True)
    set_up(settings.data, console)
    try:
        close_folder(settings.data)
    except OSError as error:
        log.warning("数据文件夹的权限改不了（%s）；请让它只归运行的账号", error)
    try:
        house = assemble(settings)
    except (StoreError, NoModel) as error:
        log.error("%s", error)
        return 1
    with console.status("正在准备指引…"):
        ready = refresh(house)
    if not ready:
        return 1
    try:
        return uvloop.run(_run(house))
    finally:
        house.database.close()


async def _run(house: House) -> int:
    # Answers are found in threads; with the default 5 ms each of them would keep the event
    # loop, and so every message on its way out, waiting that long.
    sys.setswitchinterval(0.0005)
    settings = house.settings
    tasks = [asyncio.create_task(_follow(house))]
    routes: list[Route] = []
    service: Service | None = None
    teller = Teller(house)
    deliver = teller.deliver
    dispatching: asyncio.Task[None] | None = None
    if settings.telegram_token:
        from bot.telegram.service import Service
        from bot.telegram.telling import TelegramTeller
        from bot.telegram.webhook import webhook_route

        service = Service(house)
        deliver = TelegramTeller(teller, service).deliver
        if settings.telegram_webhook_url:
            routes.append(webhook_route(service))
    server = make_server(house, routes)
    # Once it has stopped, uvicorn raises the signal again: by default that would be the end of
    # this program, with warnings on their way and nothing written down.
    signal.signal(signal.SIGTERM, server.handle_exit)
    web = asyncio.create_task(server.serve())
    try:
        while not server.started and not web.done():  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(0.05)
        if not server.started:
            return 1
        if service:  # only now: the webhook must be able to reach us
            await service.open()
            tasks.append(asyncio.create_task(service.run()))
        dispatching = asyncio.create_task(_dispatch(teller, deliver))
        _say_where(house)
        await web
        return 0
    finally:
        if dispatching:  # first, while the service can still send what is on its way
            await _end(dispatching)
        await _end(*tasks)
        with suppress(StoreError):
            house.assistant.memory.recents.flush()


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _dispatch(teller: Teller, deliver: Deliver) -> None:
    """Send warnings until cancelled; when one dispatcher breaks, another takes over."""
    house = teller.house
    while True:
        try:
            await Dispatcher(house.incidents.outbox, deliver, house.clock, teller.escalate).run()
        except Exception as error:  # noqa: BLE001 - without its words: they may quote a message
            log.error("发提醒的任务断了（%s），重新开始", type(error).__name__)
        await asyncio.sleep(REFRESH_SECONDS)


def _say_where(house: House) -> None:
    settings = house.settings
    where = f"http://{settings.host}:{settings.port}/"
    print(f"明白已启动，第 {house.serving.release.number} 号发布。", flush=True)
    print(f"手机网页：{where}", flush=True)
    print(f"本机进入（一次有效，30 分钟内）：{one_time_link(house)}", flush=True)
    telegram = "已接入" if settings.telegram_token else "没有设 TELEGRAM_BOT_TOKEN，未接入"
    print(f"Telegram：{telegram}", flush=True)


async def _follow(house: House) -> None:
    kept: tuple[int, int] | None = None
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            now = house.clock()
            house.assistant.memory.conversations.sweep(now)
            hour = (house.serving.release.number, int(now.timestamp() // 3600))
            if hour != kept:  # each hour, and at once when another release is served
                await asyncio.to_thread(keep_house, house)
                kept = hour
            await asyncio.to_thread(refresh, house)
            await asyncio.to_thread(house.assistant.memory.recents.flush)
        except StoreError as error:
            log.warning("%s", error)
        except Exception:
            log.exception("following the folder failed")
