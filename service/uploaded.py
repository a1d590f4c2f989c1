"""Uploaded files on their way into the database and out of it: piece by piece, never whole."""

import io
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from service.database import Database, now
from service.domain import intake
from service.formats import encodings
from service.usecases.sighted.studies import uploads
from service.usecases.sighted.studies.uploads import Upload

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# So much is read ahead by what reads line by line.
_READ_AHEAD = 64 * 1024


def keep(database: Database, study: str, filename: str, file: BinaryIO) -> str:
    """Keep a file for a study; return the token by which it is found.

    It is written in short transactions, between which raters vote; until it is there whole nobody
    sees it.

    Raises
    ------
    UnknownStudy, StudyNotOpen, UploadUnusable, FileUnreadable
    """
    size = file.seek(0, io.SEEK_END)
    uploads.check_size(size)
    file.seek(0)
    if size <= intake.PIECE_BYTES:
        with database.transaction() as session:
            return uploads.keep(session, study, filename, file.read(), now(session))
    arrived = arrive(database, study, filename, file)
    with database.transaction() as session:
        return uploads.complete(session, arrived)


def arrive(database: Database, study: str, filename: str, file: BinaryIO) -> int:
    """Bring a file in, piece by piece; return the id under which it can be completed.

    Who never completes it leaves nothing for long.

    Raises
    ------
    UnknownStudy, StudyNotOpen, UploadUnusable, FileUnreadable
    """
    shown = uploads.shown_name(filename)
    with tempfile.TemporaryFile() as space:
        text, encoding = encodings.converted(file, cast("BinaryIO", space))
        first = uploads.first_rows(shown, text)
        size = text.seek(0, io.SEEK_END)
        text.seek(0)
        with database.transaction() as session:
            begun = uploads.begin(session, study, shown, encoding, size, first, now(session))
        for start, content in _pieces(text):
            with database.transaction() as session:
                uploads.put(session, begun, start, content)
    return begun


def _pieces(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    start = 0
    while content := file.read(intake.PIECE_BYTES):
        yield start, content
        start += len(content)


def opened(database: Database, upload: Upload) -> BinaryIO:
    """Return a kept file to read from its beginning; one piece of it is in memory at a time.

    Raises
    ------
    UnknownUpload
        While it is read, once somebody has removed it.
    """
    return cast("BinaryIO", io.BufferedReader(_Kept(database, upload), _READ_AHEAD))


class _Kept(io.RawIOBase):
    """A kept file, read from the database where it is asked for."""

    def __init__(self, database: Database, upload: Upload) -> None:
        super().__init__()
        self._database = database
        self._upload = upload
        self._place = 0
        self._start = 0
        self._piece = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._upload.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self._place >= self._upload.size:
            return 0
        if not self._start <= self._place < self._start + len(self._piece):
            with self._database.reading() as session:
                self._start, self._piece = uploads.piece(session, self._upload, self._place)
        room = memoryview(buffer).cast("B")
        found = self._piece[self._place - self._start :][: len(room)]
        room[: len(found)] = found
        self._place += len(found)
        return len(found)


class Lent(io.RawIOBase):
    """A file that several readers open one after another: closed by one, it stays for the next."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin at the file's beginning."""
        super().__init__()
        self._file = file
        file.seek(0)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that reading may go on elsewhere."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on elsewhere."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._file.tell()

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read as much as there is, and fits."""
        room = memoryview(buffer).cast("B")
        found = self._file.read(len(room))
        room[: len(found)] = found
        return len(found)


def lent(file: BinaryIO) -> BinaryIO:
    """Return a file to be read from its beginning, which stays open when its reader closes it."""
    return cast("BinaryIO", io.BufferedReader(Lent(file), _READ_AHEAD))
