"""The folder of a study: files read beside its file and nowhere else, and a new one written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from service.database import Database
from service.domain.prompt import Prompt
from service.domain.prompt_set import SetVersion
from service.errors import Conflict
from service.formats import documents
from service.formats.documents import DocumentUnreadable, LoadFiles
from service.formats.lines import FileUnreadable
from service.formats.study_file import LoadSet
from service.usecases.sighted.studies import prompt_sets


def text(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    FileUnreadable
        Says why it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        raise FileUnreadable(f"{path.name} cannot be read: {error.strerror}.") from None


def content(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    FileUnreadable
        Says why it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path.name} cannot be read: {error.strerror}.") from None


def sets_in(database: Database) -> LoadSet:
    """Return what finds the prompts of a version of a prompt set."""

    def load(name: str, number: int | None) -> tuple[SetVersion, Sequence[Prompt]]:
        with database.reading() as session:
            used = prompt_sets.version_of(session, name, number)
            return used, prompt_sets.prompts_of(session, name, used.version)

    return load


def text_below(parent: Path) -> Callable[[str], str]:
    """Return what reads a file that a study file in `parent` names; none elsewhere is read."""

    def load(name: str) -> str:
        place = parent / name
        if not place.resolve().is_relative_to(parent.resolve()):
            raise FileUnreadable(
                f"{name} leads out of the study file's folder. Put the file itself beside it."
            )
        if place.exists() and not place.is_file():
            raise FileUnreadable(f"{name} is no file.")
        return text(place)

    return load


def below(parent: Path) -> LoadFiles:
    """Return what finds the files of a folder, or one file, named relative to `parent`.

    In a folder, hidden files and files of other kinds are left out; links that lead out of
    `parent` are refused.
    """

    def load(name: str) -> Iterator[tuple[str, bytes]]:
        place = parent / name
        if not place.resolve().is_relative_to(parent.resolve()):
            raise DocumentUnreadable(f"{name} is a link that leads elsewhere")
        if not place.exists():
            raise DocumentUnreadable(f"there is no {name} beside the study file")
        for path in _files(place):
            if not path.resolve().is_relative_to(parent.resolve()):
                raise DocumentUnreadable(f"{path.name} is a link that leads elsewhere")
            if path.stat().st_size > documents.MAX_FILE_BYTES:
                most = documents.MAX_FILE_BYTES // 1024 // 1024
                raise DocumentUnreadable(f"{path.name} has more than {most} MiB; split it.")
            yield path.relative_to(parent).as_posix(), path.read_bytes()

    return load


class FolderExists(Conflict):
    """The folder is there already; nothing is written over."""


def write_folder(place: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a new folder, each where its name says; nothing leads out of it."""
    try:
        place.mkdir(parents=True)
    except FileExistsError:
        raise FolderExists(
            f"There is a {place} already. Name a folder that is not there."
        ) from None
    for name, content in contents.items():
        path = place / name
        if not path.resolve().is_relative_to(place.resolve()):
            raise DocumentUnreadable(f"{name} leads out of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_new(place: Path, content: bytes) -> None:
    """Write a file that is not there yet.

    Raises
    ------
    FolderExists, FileUnreadable
    """
    try:
        with place.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise FolderExists(f"There is a {place} already. Name a file that is not there.") from None
    except OSError as error:
        raise FileUnreadable(f"{place} cannot be written: {error.strerror}.") from None


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(
        path
        for path in place.rglob("*")
        if path.is_file()
        and path.suffix.lower() in documents.ENDINGS
        and not any(part.startswith(".") for part in path.relative_to(place).parts)
    )
