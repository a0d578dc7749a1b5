"""Files: uploads by multipart and attach://, captions, sizes, downloads."""

import struct
from collections.abc import Callable

import httpx
import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError

from . import FakeTelegram
from .conftest import Raw

Refused = Callable[..., str]
MEGABYTE = 1024 * 1024


def _png(width: int = 40, height: int = 30) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08"


def test_document_and_photo_through_ptb(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        message = await bot.send_document(
            user.id, b"%PDF", filename="卡片.pdf", caption="<b>卡片</b>", parse_mode="HTML"
        )
        assert message.document is not None
        assert (message.document.file_name, message.document.file_size) == ("卡片.pdf", 4)
        screen = user.screen()
        assert (screen.text, screen.fragments("bold")) == ("卡片", ["卡片"])
        assert screen.file is not None
        assert screen.file.data == b"%PDF"
        again = await bot.send_document(user.id, message.document.file_id)
        assert again.document == message.document
        attached = InputFile(_png(), filename="图.png", attach=True)
        photo = await bot.send_photo(user.id, attached)
        assert (photo.photo[0].width, photo.photo[0].height) == (40, 30)
        assert (await bot.send_photo(user.id, photo.photo[0].file_id)).photo == photo.photo
        with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
            await bot.send_document(user.id, photo.photo[0].file_id)

    with_bot(work)
    assert fake.journal.sent(user)[0].arguments["document"] == {
        "file_name": "卡片.pdf",
        "size": 4,
    }


def test_download(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")
    user.send_file("材料.docx", b"abc" * 1000, caption="看看")
    user.send_file("大.bin", size=21 * MEGABYTE)
    user.send_file("正好.bin", size=20 * MEGABYTE)

    async def work(bot: Bot) -> None:
        small, big, fits = [u.message for u in await bot.get_updates() if u.message]
        assert small.document is not None
        assert (small.document.file_name, small.caption) == ("材料.docx", "看看")
        file = await small.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"abc" * 1000
        assert big.document is not None
        with pytest.raises(BadRequest, match=r"(?i)file is too big"):
            await big.document.get_file()
        assert fits.document is not None
        assert (await fits.document.get_file()).file_size == 20 * MEGABYTE
        with pytest.raises(BadRequest, match=r"(?i)wrong file_id"):
            await bot.get_file("nothing")

    with_bot(work)
    missing = httpx.get(f"{fake.base_file_url}{fake.token}/documents/none.txt")
    assert missing.status_code == 404


def test_upload_limits(with_bot: Callable[..., None], fake: FakeTelegram) -> None:
    user = fake.person("张三")

    async def work(bot: Bot) -> None:
        await bot.send_document(user.id, bytes(50 * MEGABYTE), write_timeout=60)
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(user.id, bytes(50 * MEGABYTE + 1), write_timeout=60)
        with pytest.raises(BadRequest, match=r"(?i)too big for a photo"):
            await bot.send_photo(user.id, _png() + bytes(10 * MEGABYTE))

    with_bot(work)
    assert [v.code for v in fake.violations] == [413, 400]
    assert len(fake.journal.sent(user)) == 1


def test_captions(raw: Raw, refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    user.send_file()
    document = raw("getUpdates")[1]["result"][0]["message"]["document"]["file_id"]
    place = {"chat_id": user.id, "document": document}
    sent = raw("sendDocument", **place, caption="字" * 1024)[1]["result"]
    assert refusal("sendDocument", **place, caption="字" * 1025) == (
        "Bad Request: message caption is too long"
    )
    assert "can't parse entities" in refusal(
        "sendDocument", **place, caption="<b>", parse_mode="HTML"
    )
    here = {"chat_id": user.id, "message_id": sent["message_id"]}
    told = refusal("editMessageText", **here, text="x")
    assert told == "Bad Request: there is no text in the message to edit"
    assert raw("editMessageCaption", **here, caption="新")[1]["result"]["caption"] == "新"
    assert "not modified" in refusal("editMessageCaption", **here, caption="新")
    text = raw("sendMessage", chat_id=user.id, text="x")[1]["result"]["message_id"]
    assert "no caption" in refusal("editMessageCaption", chat_id=user.id, message_id=text)


def test_bad_files(refusal: Refused, fake: FakeTelegram) -> None:
    user = fake.person("张三")
    place = {"chat_id": user.id}
    assert refusal("sendDocument", **place) == ("Bad Request: there is no document in the request")
    wrong = "Bad Request: wrong file identifier/HTTP URL specified"
    assert refusal("sendDocument", **place, document="nothing") == wrong
    assert refusal("sendPhoto", **place, photo="https://a.example/x.png") == wrong
    assert "no file x in the request" in refusal("sendDocument", **place, document="attach://x")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "file must be non-empty"),
        (b"%PDF", "IMAGE_PROCESS_FAILED"),
        (_png(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (_png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (_png(0, 100), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
def test_bad_photos(fake: FakeTelegram, data: bytes, complaint: str) -> None:
    user = fake.person("张三")
    reply = httpx.post(
        f"{fake.base_url}{fake.token}/sendPhoto",
        data={"chat_id": user.id, "photo": "attach://a"},
        files={"a": ("a.png", data)},
    )
    assert reply.status_code == 400
    assert complaint in reply.json()["description"]
