"""Files the server keeps: uploaded by the bot or sent by a person.

Source: https://core.telegram.org/bots/api#getfile. Sizes in bytes. A declared size may exceed
the bytes kept, so that a test can send "a 21 MB file" without making one.
"""

from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

from .refusal import JSONObject, bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """One file; ``path`` is relative to the file base URL."""

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    data: bytes
    size: int
    path: str
    kind: str

    def card(self) -> JSONObject:
        """The fields every file object of the Bot API has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


class Files:
    """All files by id and by path; the caller holds the world's lock."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._numbers = count(1)
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def store(
        self, kind: str, name: str, mime_type: str, data: bytes, size: int | None = None
    ) -> StoredFile:
        """Keep a file; ``kind`` is document, photo, voice, sticker."""
        number = next(self._numbers)
        suffix = PurePosixPath(name).suffix
        stored = StoredFile(
            file_id=f"FAKE{self._bot_id}-{kind}-{number}",
            unique_id=f"U{self._bot_id}{number}",
            name=name,
            mime_type=mime_type,
            data=data,
            size=len(data) if size is None else size,
            path=f"{kind}s/file_{number}{suffix}",
            kind=kind,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id, or None."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file at this download path, or None."""
        return self._by_path.get(path)

    def downloadable(self, file_id: str) -> StoredFile:
        """The file with this id; ``Refusal`` 400 when unknown or over 20 MB."""
        stored = self.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return stored
