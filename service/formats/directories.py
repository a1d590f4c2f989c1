"""A directory of files written whole or not at all."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.errors import Conflict, Invalid

MARK = "manifest.json"


class DirectoryTaken(Conflict):
    """The target holds something that is not an earlier export."""


class DirectoryUnusable(Invalid):
    """The target cannot be written."""


@contextlib.contextmanager
def new(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which becomes `target` once all is well.

    Everything is written and synced beside the target first and renamed into place then, so
    that nobody sees half an export. An earlier export is known by its manifest. Raises
    `DirectoryTaken` or `DirectoryUnusable`; what stood there then still stands.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100 - resolve() would follow a link away
    _check(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise DirectoryUnusable(f"{target} cannot be written: {error.strerror}.") from None
    try:
        (temporary / "new").mkdir()
        yield temporary / "new"
        _sync(temporary / "new")
        _exchange(temporary, target)
    except OSError as error:
        raise DirectoryUnusable(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise DirectoryTaken(
            f"{target} is a file or a link. Name a directory that is not there yet."
        )
    if target.is_dir():
        strangers = {path.name for path in target.iterdir()} - _exported(target / MARK)
        if strangers:
            raise DirectoryTaken(
                f"{target} holds files that are not an export, such as {min(strangers)!r}. "
                "Name a directory that is not there yet."
            )


def _exported(manifest: Path) -> set[str]:
    """Return the names of the files that a manifest vouches for."""
    try:
        told = json.loads(manifest.read_bytes())
        return {*told["files"], "README.md", MARK} if told["tool"] == "evenhand" else set()
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def _sync(directory: Path) -> None:
    for path in directory.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _exchange(temporary: Path, target: Path) -> None:
    old = temporary / "old"
    with contextlib.suppress(FileNotFoundError):
        target.rename(old)
    try:
        (temporary / "new").rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
