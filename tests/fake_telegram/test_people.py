"""People: what they send, see and wait for; groups; links; the journal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from telegram import Bot

from . import PATIENCE, FakeTelegram
from .conftest import Raw
from .incoming import incoming_text


def _updates(raw: Raw) -> list[dict[str, Any]]:
    updates: list[dict[str, Any]] = raw("getUpdates")[1]["result"]
    return updates


def test_everything_a_person_sends(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三", username="zhangsan")
    user.start("guide-12_A")
    user.start()
    number = user.say("您好 #标签 @mingbai_test_bot")
    user.edit(number, "改了")
    user.send_sticker()
    user.send_voice(b"OggS123")
    user.send_file()
    user.send_photo(caption="图")
    user.send_location(39.9, 116.4)
    user.send_contact("13800000000")

    async def work(bot: Bot) -> None:
        updates = await bot.get_updates()
        messages = [update.message for update in updates if update.message]
        assert [m.text for m in messages[:3]] == [
            "/start guide-12_A",
            "/start",
            "您好 #标签 @mingbai_test_bot",
        ]
        assert [e.type for e in messages[0].entities] == ["bot_command"]
        assert list(messages[2].parse_entities().values()) == ["#标签", "@mingbai_test_bot"]
        assert updates[3].edited_message is not None
        assert updates[3].edited_message.text == "改了"
        assert not updates[3].edited_message.entities
        assert messages[3].sticker is not None
        assert messages[4].voice is not None
        assert bytes(await (await messages[4].voice.get_file()).download_as_bytearray()) == (
            b"OggS123"
        )
        assert messages[5].document is not None
        assert messages[6].caption == "图"
        assert messages[7].location is not None
        assert messages[8].contact is not None
        assert messages[0].from_user is not None
        assert messages[0].from_user.username == "zhangsan"

    with_bot(work)


def test_marks_in_typed_words() -> None:
    assert "entities" not in incoming_text("a/b 1/2 x@y.z")
    kinds = [e["type"] for e in incoming_text("😀 /a@b_bot https://t.me/x @abc")["entities"]]
    assert kinds == ["bot_command", "url", "mention"]
    assert incoming_text("😀 /a")["entities"][0]["offset"] == 3
    with pytest.raises(ValueError, match="empty"):
        incoming_text("  ")


def test_long_texts_are_cut(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    user.say("字" * 5000)
    assert [len(update["message"]["text"]) for update in _updates(raw)] == [4096, 904]


def test_start_payloads_and_links(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    for payload in ("a" * 65, "a b", "中"):
        with pytest.raises(ValueError, match="not a start parameter"):
            user.start(payload)
    user.open_link("https://t.me/mingbai_test_bot?start=g-1")
    with pytest.raises(ValueError, match="not a link to the bot"):
        user.open_link("https://t.me/other?start=g-1")
    assert [update["message"]["text"] for update in _updates(raw)] == ["/start g-1"]


def test_wait_sees_only_what_is_new(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    raw("sendMessage", chat_id=user.id, text="旧")
    user.say("您好")
    with pytest.raises(TimeoutError, match="on screen: '旧'"):
        user.wait(timeout=0.05)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(user.wait, "新")
        raw("sendMessage", chat_id=user.id, text="别的")
        raw("sendMessage", chat_id=user.id, text="新的")
        assert waiting.result(PATIENCE).text == "新的"
    with pytest.raises(TimeoutError):
        user.wait(timeout=0.05)
    raw("sendMessage", chat_id=user.id, text="三")
    assert user.wait(lambda screen: not screen.buttons).text == "三"
    assert [screen.text for screen in user.screens()] == ["旧", "别的", "新的", "三"]


def test_wait_in_the_bots_own_loop_is_explained(
    with_bot: Callable[..., None], fake: FakeTelegram
) -> None:
    user = fake.person("张三")

    async def work(_: Bot) -> None:
        with pytest.raises(TimeoutError, match="to_thread"):
            user.wait(timeout=0.01)

    with_bot(work)


def test_presses(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")

    def send(*buttons: dict[str, Any]) -> int:
        markup = {"inline_keyboard": [[button] for button in buttons]}
        body = raw("sendMessage", chat_id=user.id, text="x", reply_markup=markup)[1]
        return int(body["result"]["message_id"])

    old = send({"text": "下一步", "callback_data": "old"})
    new = send(
        {"text": "下一步", "callback_data": "new"},
        {"text": "复制", "copy_text": {"text": "您好"}},
        {"text": "网页", "style": "primary", "url": "https://a.example"},
        {"text": "分享", "switch_inline_query": "传唤"},
        {"text": "一步", "callback_data": "more"},
    )
    stale = user.screen()
    raw(
        "editMessageReplyMarkup",
        chat_id=user.id,
        message_id=old,
        reply_markup={"inline_keyboard": [[{"text": "上一步", "callback_data": "edited"}]]},
    )
    assert user.screen().message_id == old
    user.press("下一步")
    user.press("上一步", on=old)
    user.press("下一步", on=stale)
    assert user.press("复制") == user.clipboard == "您好"
    assert user.press("网页") == "https://a.example"
    assert user.press("分享") == "传唤"
    user.send_callback("forged", 999)
    raw("deleteMessage", chat_id=user.id, message_id=new)
    user.press("下一步", on=stale)
    queries = [update["callback_query"] for update in _updates(raw)]
    assert [query["data"] for query in queries] == ["new", "edited", "new", "forged", "new"]
    assert queries[-1]["message"]["date"] == queries[3]["message"]["date"] == 0
    for label in ("没有", "下一步"):
        with pytest.raises(LookupError, match="no button"):
            user.press(label)


def test_groups(with_bot: Callable[..., None], raw: Raw, fake: FakeTelegram) -> None:
    user, other = fake.person("张三"), fake.person("李四")
    group = fake.group("一队", user, other)
    answer = raw("sendMessage", chat_id=group.id, text="大家好")[1]["result"]["message_id"]
    for text in ("闲聊", "/help", "/help@mingbai_test_bot", "/help@other_bot", "@mingbai_test_bot"):
        user.say(text, chat=group)
    other.say("谢谢", chat=group, reply_to=answer)
    user.send_sticker(chat=group)
    seen = [update["message"]["text"] for update in _updates(raw)]
    assert seen == ["/help", "/help@mingbai_test_bot", "@mingbai_test_bot", "谢谢"]
    assert user.screen(chat=group).text == other.screen(chat=group).text == "大家好"
    raw("sendMessage", chat_id=group.id, text="新")
    assert other.wait(chat=group).text == "新"
    open_group = fake.group("二队", user, privacy=False)
    before = fake.pending
    user.say("闲聊", chat=open_group)
    assert fake.pending == before + 1
    group.kick_bot()
    status, body = raw("sendMessage", chat_id=group.id, text="x")
    assert (status, body["description"]) == (403, "Forbidden: bot was kicked from the group chat")
    group.add_bot()
    assert raw("sendMessage", chat_id=group.id, text="x")[0] == 200
    fake.group("空").kick_bot()


def test_blocked_people_are_not_heard(raw: Raw, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    user.block()
    pending = fake.pending
    user.say("听到吗")
    assert fake.pending == pending


def test_journal(raw: Raw, fake: FakeTelegram) -> None:
    user, other = fake.person("张三"), fake.person("李四")
    first = raw("sendMessage", chat_id=user.id, text="<b>一</b>", parse_mode="HTML")[1]
    raw("sendMessage", chat_id=other.id, text="二")
    number = first["result"]["message_id"]
    raw("editMessageText", chat_id=user.id, message_id=number, text="三")
    raw("sendMessage", chat_id=user.id, text="")
    assert [call.method for call in fake.calls] == [
        "sendMessage",
        "sendMessage",
        "editMessageText",
    ]
    (sent,) = fake.journal.sent(user)
    assert (sent.chat, sent.message_id, sent.text) == (user.id, number, "一")
    assert sent.arguments["text"] == "<b>一</b>"
    assert fake.journal.texts(user) == fake.journal.texts(user.id) == ["一", "三"]
    assert fake.journal.texts() == ["一", "二", "三"]
    times = [call.at for call in fake.calls]
    assert times == sorted(times)
    (violation,) = fake.violations
    assert (violation.method, violation.code) == ("sendMessage", 400)
    fake.journal.clear()
    assert (fake.calls, fake.violations) == ([], [])


def test_wait_on_anything(fake: FakeTelegram) -> None:
    with pytest.raises(TimeoutError):
        fake.wait(lambda: False, timeout=0.05)
    fake.person("张三").say("x")
    with pytest.raises(TimeoutError):
        fake.drained(timeout=0.05)


def test_a_mistake_in_the_fake_shows(raw: Raw, fake: FakeTelegram) -> None:
    fake.world.commands = None  # type: ignore[assignment]
    status, body = raw("getMyCommands")
    assert status == 500
    assert "AttributeError" in body["description"]
    assert fake.violations[0].code == 500
