"""Documents out of files: text, Markdown, PDF, tables and JSONL in, one clean text each out."""

import io
import json
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from service.domain.retrieval import MAX_NAME_BYTES, Collection, Document
from service.errors import Invalid
from service.formats import rows
from service.formats.lines import FileUnreadable

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_TEXT_BYTES = 32 * 1024 * 1024
MAX_DOCUMENTS = 2000
MAX_PAGES = 5000
TEXT_ENDINGS = (".txt", ".md", ".markdown")
PDF = ".pdf"
# Each of their rows becomes a paragraph.
TABLE_ENDINGS = (".csv", ".tsv", ".jsonl")
ENDINGS = (*TEXT_ENDINGS, PDF, *TABLE_ENDINGS)
# What a text was read out of, in a file beside its place: `a.pdf.txt` is read as `a.pdf` was.
_READ_OUT_OF = (PDF, *TABLE_ENDINGS)
_TEXT_OF = tuple(ending + ".txt" for ending in _READ_OUT_OF)

Files = Iterable[tuple[str, bytes]]
# Of a folder or a file named relative to the study file: its files, each with its name.
LoadFiles = Callable[[str], Files]


class DocumentUnreadable(Invalid):
    """A document cannot be used; the message names the file."""


def collect(files: Files) -> Collection:
    """Return the collection that files make up, in the order of their names.

    Raises
    ------
    DocumentUnreadable
        A file is no text, encrypted, too large or empty, or there are too many.
    """
    documents: dict[str, Document] = {}
    size = 0
    for path, content in files:
        name = path.removesuffix(".txt") if path.lower().endswith(_TEXT_OF) else path
        if len(documents) == MAX_DOCUMENTS:
            raise DocumentUnreadable(
                "There are more than %(most)s documents.", most=f"{MAX_DOCUMENTS:,}"
            )
        if name in documents:
            raise DocumentUnreadable("%(name)s comes twice.", name=name)
        documents[name] = Document(name, text_of(path, content))
        size += len(documents[name].text.encode())
        if size > MAX_TEXT_BYTES:
            raise DocumentUnreadable(
                "With %(name)s the texts have more than %(most)s MiB.",
                name=name,
                most=MAX_TEXT_BYTES // 1024 // 1024,
            )
    return Collection(tuple(documents[name] for name in sorted(documents)))


def joined(held: Iterable[Document], added: Collection) -> Collection:
    """Return documents with others beside them; one of the same name takes the old one's place.

    Raises
    ------
    DocumentUnreadable
        They are too many or too large together.
    """
    every = {each.name: each for each in (*held, *added.documents)}
    size = sum(len(each.text.encode()) for each in every.values())
    if len(every) > MAX_DOCUMENTS:
        raise DocumentUnreadable(
            "There are more than %(most)s documents.", most=f"{MAX_DOCUMENTS:,}"
        )
    if size > MAX_TEXT_BYTES:
        raise DocumentUnreadable(
            "Together the texts have more than %(most)s MiB.",
            most=MAX_TEXT_BYTES // 1024 // 1024,
        )
    return Collection(tuple(every[name] for name in sorted(every)))


def name_of_text(name: str) -> str:
    """Return the name of the file that keeps a document's text, ready to be collected again."""
    return name + ".txt" if name.lower().endswith(_READ_OUT_OF) else name


def content_of(text: str) -> bytes:
    """Return a document's text as a file that is read as the same text again."""
    marked = "\ufeff" + text if text.startswith("\ufeff") else text
    return marked.replace("\r\n", "\r\r\n").encode()


def text_of(name: str, content: bytes) -> str:
    """Return the text of a file, told by its ending.

    Raises
    ------
    DocumentUnreadable
    """
    if len(name.encode()) > MAX_NAME_BYTES:
        raise DocumentUnreadable(
            "%(name)s… has too long a name; %(most)s bytes fit.",
            name=name[:60],
            most=MAX_NAME_BYTES,
        )
    if len(content) > MAX_FILE_BYTES:
        raise DocumentUnreadable(
            "%(name)s has more than %(most)s MiB; split it.",
            name=name,
            most=MAX_FILE_BYTES // 1024 // 1024,
        )
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ENDINGS:
        raise DocumentUnreadable(
            "%(name)s is none of %(endings)s.", name=name, endings=", ".join(ENDINGS)
        )
    text = _READERS.get(ending, _of_text)(name, content)
    if not text.strip():
        if ending == PDF:
            raise DocumentUnreadable(
                "%(name)s holds no text. Perhaps its pages are pictures.", name=name
            )
        raise DocumentUnreadable("%(name)s holds no text.", name=name)
    return text


def _of_text(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentUnreadable(
            "%(name)s is not UTF-8 text. Save it as UTF-8.", name=name
        ) from None
    if "\0" in text:
        raise DocumentUnreadable("%(name)s is no text: it holds NUL bytes.", name=name)
    return text.replace("\r\n", "\n")


def _of_pdf(name: str, content: bytes) -> str:
    import pypdf  # noqa: PLC0415 - 0.3 s that only PDFs should cost

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = pypdf.PdfReader(io.BytesIO(content))
            is_closed = reader.is_encrypted and not reader.decrypt("")
            number = 0 if is_closed else len(reader.pages)
            few = reader.pages[:MAX_PAGES] if number else []
            pages = [page.extract_text() for page in few]
    except Exception as error:  # noqa: BLE001 - a broken PDF fails in any way it likes
        raise DocumentUnreadable(
            "%(name)s is a PDF that cannot be read (%(why)s). Save it anew.",
            name=name,
            why=type(error).__name__,
        ) from None
    if is_closed:
        raise DocumentUnreadable("%(name)s is encrypted. Save it without a password.", name=name)
    if number > MAX_PAGES:
        raise DocumentUnreadable(
            "%(name)s has more than %(most)s pages; split it.", name=name, most=f"{MAX_PAGES:,}"
        )
    text = "\n\n".join(pages).replace("\0", "")
    text = text.encode("utf-8", "replace").decode()
    # A word that a line's end has cut in two would not be found.
    return re.sub(r"(\w)-\n(\w)", r"\1\2", text)


def _of_table(name: str, content: bytes) -> str:
    """Return the rows of a table as paragraphs: a lone value by itself, else each by its name."""
    paragraphs = []
    try:
        for row in rows.read(io.BytesIO(content), name):
            if isinstance(row, rows.RowError):
                raise DocumentUnreadable(
                    "%(name)s, line %(line)s: %(problem)s",
                    name=name,
                    line=row.line,
                    problem=row.message,
                )
            held = {key: _plain(value) for key, value in row.values.items()}
            told = {key: value for key, value in held.items() if value.strip()}
            is_alone = len(row.values) == 1
            lines = [value if is_alone else f"{key}: {value}" for key, value in told.items()]
            paragraphs += ["\n".join(lines)] * bool(lines)
    except FileUnreadable as error:
        raise DocumentUnreadable(error.text, **error.values) from None
    return "\n\n".join(paragraphs)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_READERS = {PDF: _of_pdf, **dict.fromkeys(TABLE_ENDINGS, _of_table)}


def names_in(told: Mapping[str, object]) -> list[str]:
    """Return what a collection's entry names: its folder, or its files."""
    folder, files = told.get("folder"), told.get("files")
    if isinstance(folder, str):
        return [folder]
    return [str(name) for name in files] if isinstance(files, list) else []
