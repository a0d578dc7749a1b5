"""Methods on files: documents, photos and their download.

Source: https://core.telegram.org/bots/api#sending-files, #senddocument, #sendphoto, #getfile.
Limits in bytes: 50 MB up, photos 10 MB, 20 MB down.
"""

import struct

from .arguments import Arguments, Upload
from .files import StoredFile
from .messages import send
from .refusal import JSONObject, bad_request
from .rules import read_caption
from .world import Outcome, World

PHOTO_LIMIT = 10 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


def _upload(arguments: Arguments, name: str) -> Upload | None:
    """The uploaded part an argument means: by its own name or by ``attach://part``."""
    if name in arguments.uploads:
        return arguments.uploads[name]
    value = arguments.text(name)
    if not value.startswith("attach://"):
        return None
    upload = arguments.uploads.get(value.removeprefix("attach://"))
    if upload is None:
        raise bad_request(f"there is no file {value.removeprefix('attach://')} in the request")
    return upload


def _file(world: World, arguments: Arguments, kind: str) -> StoredFile:
    upload = _upload(arguments, kind)
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if kind == "photo":
            if len(upload.data) > PHOTO_LIMIT:
                raise bad_request("file is too big for a photo")
            picture_size(upload.data)
        return world.files.store(kind, upload.filename, upload.content_type, upload.data)
    if not arguments.has(kind):
        raise bad_request(f"there is no {kind} in the request")
    stored = world.files.get(arguments.text(kind))
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; 90 x 90 for a JPEG; ``Refusal`` 400 for anything else."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        if width + height > 10_000 or not width or not height:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        if max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return width, height
    if data.startswith(b"\xff\xd8\xff"):
        return 90, 90
    raise bad_request("IMAGE_PROCESS_FAILED")


def _captioned(arguments: Arguments) -> JSONObject:
    formatted = read_caption(arguments)
    content: JSONObject = {}
    if formatted.text:
        content["caption"] = formatted.text
    if formatted.entities:
        content["caption_entities"] = formatted.entities
    return content


def send_document(world: World, arguments: Arguments) -> Outcome:
    """sendDocument -> Message with ``document``."""
    chat = world.chat(arguments)
    content = _captioned(arguments)
    stored = _file(world, arguments, "document")
    content["document"] = {
        **stored.card(),
        "file_name": stored.name,
        "mime_type": stored.mime_type,
    }
    return send(world, chat, arguments, content)


def send_photo(world: World, arguments: Arguments) -> Outcome:
    """sendPhoto -> Message with ``photo`` (one size)."""
    chat = world.chat(arguments)
    content = _captioned(arguments)
    stored = _file(world, arguments, "photo")
    width, height = picture_size(stored.data)
    content["photo"] = [{**stored.card(), "width": width, "height": height}]
    return send(world, chat, arguments, content)


def get_file(world: World, arguments: Arguments) -> Outcome:
    """getFile -> File with ``file_path``."""
    stored = world.files.downloadable(arguments.text("file_id"))
    return Outcome({**stored.card(), "file_path": stored.path})
