"""Texts: lengths, emptiness, chats that cannot be reached, replies, reading HTML."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, Message, ReplyParameters
from telegram.error import BadRequest, Forbidden

from . import FakeTelegram
from .conftest import Raw
from .markup import parse_html, usable_address

Refused = Callable[..., str]


def test_send_through_ptb(with_bot: Callable[..., Message], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> Message:
        return await bot.send_message(user.id, "第一步 <b>立案</b>😀", parse_mode="HTML")

    message = with_bot(work)
    assert message.text == "第一步 立案😀"
    assert message.chat.id == user.id
    assert user.screen().fragments("bold") == ["立案"]
    assert fake.violations == []


@pytest.mark.parametrize("text", ["", "   \n", "<b></b>", "<b> </b>"])
def test_empty_text(refusal: Refused, fake: FakeTelegram, text: str) -> None:
    user = fake.person("张三")
    told = refusal("sendMessage", chat_id=user.id, text=text, parse_mode="HTML")
    assert told == "Bad Request: message text is empty"


def test_length_counts_utf16_units_after_parsing(
    raw: Raw, refusal: Refused, fake: FakeTelegram
) -> None:
    user = fake.person("张三")
    assert raw("sendMessage", chat_id=user.id, text="字" * 4096)[0] == 200
    assert raw("sendMessage", chat_id=user.id, text="😀" * 2048)[0] == 200
    html = "<b>" + "&lt;" * 4096 + "</b>"
    assert raw("sendMessage", chat_id=user.id, text=html, parse_mode="HTML")[0] == 200
    for text in ("字" * 4097, "😀" * 2048 + "a"):
        told = refusal("sendMessage", chat_id=user.id, text=text)
        assert told == "Bad Request: message is too long"
    assert len(fake.violations) == 2
    assert fake.violations[0].arguments["chat_id"] == user.id


def test_chats_that_cannot_be_reached(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    assert refusal("sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"
    assert refusal("sendMessage", chat_id="@who", text="x") == "Bad Request: chat not found"
    assert refusal("sendMessage", text="x") == "Bad Request: chat_id is empty"
    stranger = fake.person("李四", started=False)
    status, body = raw("sendMessage", chat_id=stranger.id, text="x")
    assert (status, body["description"]) == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    stranger.say("您好")
    assert raw("sendMessage", chat_id=stranger.id, text="x")[0] == 200


def test_blocked_by_the_user(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    user.block()

    async def work(bot: Bot) -> None:
        with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
            await bot.send_message(user.id, "x")
        user.unblock()
        await bot.send_message(user.id, "y")
        updates = await bot.get_updates(timeout=0)
        states = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
        assert states == ["kicked", "member"]

    with_bot(work)
    assert fake.journal.texts(user) == ["y"]


def test_replies(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    asked = user.say("问题")

    async def work(bot: Bot) -> None:
        message = await bot.send_message(user.id, "答", reply_to_message_id=asked)
        assert message.reply_to_message is not None
        assert message.reply_to_message.text == "问题"
        with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
            await bot.send_message(user.id, "答", reply_to_message_id=999)
        lenient = ReplyParameters(999, allow_sending_without_reply=True)
        await bot.send_message(user.id, "答", reply_parameters=lenient)

    with_bot(work)


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("字<foo>x</foo>", 'Unsupported start tag "foo" at byte offset 3'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", "Unmatched end tag"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br"'),
        ("<br/>", 'Unsupported start tag "br"'),
        ("<b", 'Unclosed start tag "b"'),
        ("<b/>", 'Unclosed start tag "b"'),
        ("<a href='https://a.example>x</a>", 'Unclosed start tag "a"'),
        ("A & B", 'Unescaped "&" at byte offset 2'),
        ("&nbsp;", 'Unescaped "&"'),
        ("&#0;", "Invalid character reference"),
        ("&#xD800;", "Invalid character reference"),
        ('<b class="x">x</b>', 'Unsupported attribute "class" in tag "b"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ('<span class="x">x</span>', 'Tag "span" must have class "tg-spoiler"'),
        ("<a>x</a>", "Wrong address"),
        ('<a href="javascript:x">x</a>', "Wrong address"),
        ('<a href="https://t.me/bot?start=a%20b">x</a>', "START_PARAM_INVALID"),
        ("<code><b>x</b></code>", 'Tag "b" can\'t be nested in "code"'),
        ("<b><code>x</code></b>", 'Tag "code" can\'t be nested in "b"'),
        ("<pre><pre>x</pre></pre>", 'Tag "pre" can\'t be nested in "pre"'),
        ("<pre>x<code>y</code></pre>", 'Tag "code" must fill its tag "pre"'),
        ('<code class="language-a">x</code>', 'Unsupported class in tag "code"'),
        ("<blockquote><blockquote>x</blockquote></blockquote>", "can't be nested"),
        ('<a href="tg://a"><a href="tg://b">x</a></a>', "can't be nested"),
        ("<b>x</b  y>", "Unmatched end tag"),
    ],
)
def test_bad_html(refusal: Refused, fake: FakeTelegram, html: str, complaint: str) -> None:
    user = fake.person("张三")
    told = refusal("sendMessage", chat_id=user.id, text=html, parse_mode="HTML")
    assert complaint in told
    assert told.startswith("Bad Request: ")


def test_every_allowed_tag() -> None:
    source = (
        "<b>1</b><strong>1</strong><i>2</i><em>2</em><u>3</u><ins>3</ins><s>4</s>"
        "<strike>4</strike><del>4</del><code>5</code><pre>6</pre>"
        '<pre><code class="language-py">7</code></pre><a href="https://a.example/?x=1&amp;y=2">8</a>'
        '<tg-spoiler>9</tg-spoiler><span class="tg-spoiler">9</span>'
        "<blockquote>0<code>0</code></blockquote><blockquote expandable>0</blockquote>"
    )
    formatted = parse_html(source)
    assert formatted.text == "1122334445678990" + "00"
    kinds = [entity["type"] for entity in formatted.entities]
    assert kinds.count("spoiler") == 2
    assert kinds.count("strikethrough") == 3
    assert {"blockquote", "expandable_blockquote", "pre", "text_link"} <= set(kinds)
    assert [e["language"] for e in formatted.entities if "language" in e] == ["py"]
    assert [e["url"] for e in formatted.entities if "url" in e] == ["https://a.example/?x=1&y=2"]


def test_offsets_and_trimming() -> None:
    formatted = parse_html("  \n😀<b>粗 <i>斜</i> </b> ").trimmed()
    assert formatted.text == "😀粗 斜"
    bold, italic = formatted.entities
    assert (bold["offset"], bold["length"]) == (2, 3)
    assert (italic["offset"], italic["length"]) == (4, 1)


def test_references() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#39;&#x4e2d;&#X4E2D;").text == "<>&\"'中中"


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://a.example/x", True),
        ("tel:110", True),
        ("tg://user?id=1", True),
        ("http://localhost:8080", False),
        ("ftp://a.example", False),
        ("https://[", False),
        ("https://a.example/a b", False),
    ],
)
def test_addresses(address: str, usable: bool) -> None:
    assert usable_address(address) is usable


def test_parse_modes_and_entities(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    def entities(**entity: Any) -> dict[str, Any]:
        return {"chat_id": user.id, "text": "abc", "entities": [entity]}

    user = fake.person("张三")
    told = refusal("sendMessage", chat_id=user.id, text="*x*", parse_mode="MarkdownV2")
    assert told == "Bad Request: unsupported parse_mode"
    assert raw("sendMessage", **entities(type="bold", offset=0, length=3))[0] == 200
    assert user.screen().fragments("bold") == ["abc"]
    assert "bounds" in refusal("sendMessage", **entities(type="bold", offset=1, length=3))
    assert "unsupported type" in refusal("sendMessage", **entities(type="x", offset=0, length=1))
    assert "Number" in refusal("sendMessage", **entities(type="bold", offset="0", length=1))
    link = entities(type="text_link", offset=0, length=1, url="nowhere")
    assert "wrong address" in refusal("sendMessage", **link)
    assert "expected an Array" in refusal(
        "sendMessage", chat_id=user.id, text="x", entities={"type": "bold"}
    )
    assert "UTF-8" in refusal("sendMessage", chat_id=user.id, text="a\x00b")


def test_chat_actions(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    assert raw("sendChatAction", chat_id=user.id, action="typing")[1]["result"] is True
    assert user.chat.actions == ["typing"]
    told = refusal("sendChatAction", chat_id=user.id, action="sleeping")
    assert told == "Bad Request: wrong parameter action in request"
