"""What must be free before anything starts: the data folder and the port."""

import errno
import fcntl
import os
import socket
from pathlib import Path

from service.errors import Conflict


class AlreadyRunning(Conflict):
    """Another run uses the same data folder."""


class FolderUnusable(Conflict):
    """The data folder cannot be made or written."""


class AddressUnusable(Conflict):
    """The web server cannot listen where it was told to."""


class FolderLock:
    """Keeps a second run out of one data folder for as long as this process lives."""

    def __init__(self, data_dir: Path) -> None:
        """Make the folder (for this user only) and take the lock.

        Raises
        ------
        AlreadyRunning, FolderUnusable
            Say which folder, and what to do.
        """
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderUnusable(
                f"The data folder {data_dir} cannot be used ({error.strerror}). "
                "Set DATA_DIR to a folder of your own."
            ) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = os.read(self._descriptor, 20).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise AlreadyRunning(
                f"Evenhand already runs on the folder {data_dir} (process {other or '?'}). "
                "Stop that one first, or set DATA_DIR to another folder."
            ) from None
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another run have the folder."""
        os.close(self._descriptor)


def check_address(host: str, port: int) -> None:
    """Raise unless a server can listen on host and port now.

    Raises
    ------
    AddressUnusable
        Says what is in the way and which variable to change.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen(1)
    except socket.gaierror:
        raise AddressUnusable(f"HOST: {host!r} is not an address of this machine.") from None
    except OSError as error:
        raise AddressUnusable(_in_the_way(error, host, port)) from None


def _in_the_way(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000  # noqa: PLR2004 - the highest port
        return (
            f"Port {port} is taken by another program. Stop it, or choose another port: "
            f"PORT={other} make run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that you do not have. Choose one above 1023 as PORT."
    return f"Cannot listen on {host}, port {port} ({error.strerror}). Change HOST or PORT."
