"""What a running installation notes of itself, by which commands find it from any folder."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from service.settings import Settings, state_folder

_NOTE = "running.json"


@dataclass(frozen=True)
class Note:
    """An installation as it runs, or ran last: where links lead, and what it is known by."""

    data_dir: str
    address: str
    known_by: str
    process: int

    @property
    def is_running(self) -> bool:
        """Whether its supervisor lives."""
        try:
            os.kill(self.process, 0)
        except PermissionError:
            return True
        except (OSError, OverflowError):
            return False
        return self.process > 0


def known_by(settings: Settings) -> str:
    """Return a hash of what commands must have in common with the service: database and key."""
    told = f"{settings.database_address}\0{settings.signing_key()}"
    return hashlib.sha256(told.encode()).hexdigest()


def note(settings: Settings) -> None:
    """Note that this process runs an installation; what cannot be written is left out."""
    folder = settings.data_dir.resolve()
    made = Note(str(folder), settings.web_address, known_by(settings), os.getpid())
    with suppress(OSError):
        _write(folder / _NOTE, json.dumps(asdict(made)))
        _pointer(folder).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(_pointer(folder), str(folder))


def forget(settings: Settings) -> None:
    """Take the installation off the list of those that run; its address stays known."""
    with suppress(OSError):
        _pointer(settings.data_dir.resolve()).unlink(missing_ok=True)


def of(data_dir: Path) -> Note | None:
    """Return what the installation on a folder noted, None where there is nothing to read."""
    try:
        told = json.loads((data_dir / _NOTE).read_text(encoding="utf-8"))
        return Note(
            data_dir=str(told["data_dir"]),
            address=str(told["address"]),
            known_by=str(told["known_by"]),
            process=int(told["process"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def every() -> list[Note]:
    """Return the installations of this user that run now, by folder."""
    found = []
    with suppress(OSError):
        for pointer in sorted(state_folder().glob("*.folder")):
            noted = of(Path(pointer.read_text(encoding="utf-8").strip()))
            if noted is not None and noted.is_running:
                found.append(noted)
    return found


def _pointer(folder: Path) -> Path:
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return state_folder() / f"{name}.folder"


def _write(path: Path, text: str) -> None:
    """Write a file for this user only, whole at once."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
