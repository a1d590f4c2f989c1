"""What every command reaches: settings, the database, the queue's bell, and the console."""

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli import terminal
from service.errors import Conflict

if TYPE_CHECKING:
    from rich.console import Console

    from service.database import Database
    from service.settings import Settings


class NoInstallation(Conflict):
    """Nothing says which installation a command is for, or it is another one than it seems."""


class Outlet:
    """Made once per command; opens the database only when a command asks for it."""

    # What a program gets of the command, see `answers`.
    answered: object = None

    def answer(self, value: object) -> None:
        """Tell programs what came of the command: dataclasses, mappings, lists, plain values."""
        self.answered = value

    @property
    def console(self) -> "Console":
        """Where results go."""
        from rich.console import Console

        stream = terminal.plain(sys.stdout)
        return Console(file=stream, width=terminal.width(stream), highlight=False)

    @property
    def errors(self) -> "Console":
        """Where notes and complaints go."""
        from rich.console import Console

        stream = terminal.plain(sys.stderr)
        return Console(file=stream, width=terminal.width(stream), highlight=False)

    @cached_property
    def given(self) -> "Settings":
        """The settings of this environment, as they are."""
        from service.settings import Settings

        return Settings.from_environ()

    @cached_property
    def settings(self) -> "Settings":
        """The settings of the installation that the command is for.

        That is the one that DATA_DIR or DATABASE_URL names, else the one in the folder where the
        command is typed, else the only one that runs.

        Raises
        ------
        NoInstallation
            Says how to name one.
        """
        from service import running

        given = self.given
        named = given.model_fields_set & {"data_dir", "database_url"}
        if not named and not (given.data_dir / "evenhand.sqlite3").exists():
            found = running.every()
            if len(found) != 1:
                raise NoInstallation(_which([one.data_dir for one in found]))
            given = given.model_copy(update={"data_dir": Path(found[0].data_dir)})
        noted = running.of(given.data_dir)
        if noted is not None and noted.is_running and noted.known_by != running.known_by(given):
            raise NoInstallation(
                f"The Evenhand that runs on {noted.data_dir} was started with another DATABASE_URL "
                "or SECRET_KEY than this command has. Give the command the same."
            )
        return given

    @property
    def web_address(self) -> str:
        """The address that links begin with: the service's own, as it runs or ran last."""
        from service import running

        noted = running.of(self.settings.data_dir)
        if self.settings.public_url or noted is None:
            return self.settings.web_address
        return noted.address

    @cached_property
    def database(self) -> "Database":
        """The database, brought to the newest schema first; one that is made is named aloud."""
        return self._open(self.settings)

    def make_database(self) -> None:
        """Open the database of this environment, and make one there where there is none."""
        self.__dict__["database"] = self._open(self.given)

    def _open(self, settings: "Settings") -> "Database":
        from service.database import Database
        from service.usecases import upkeep

        file = settings.data_dir / "evenhand.sqlite3"
        is_new = not settings.database_url and not file.exists()
        database = Database(settings.database_address, pool_size=2)
        if not upkeep.is_migrated(database):
            upkeep.migrate_up(database)
        if is_new:
            self.errors.print(f"A new installation was made in {settings.data_dir.resolve()}.")
        return database

    def close(self) -> None:
        """Close what the command opened."""
        if "database" in self.__dict__:
            self.database.engine.dispose()

    @property
    def key(self) -> str:
        """The key that signs links."""
        return self.settings.signing_key()

    def ring_generation(self) -> bool:
        """Tell a worker that there is something to generate; say where nobody listens."""
        import rq  # noqa: F401 - loaded before the bell's clock starts

        from service import jobs

        is_heard = jobs.ring_generation(jobs.address_of(self.settings))
        if not is_heard:
            self.errors.print(
                "[dim]No worker is listening just now; the work waits in the database and "
                "begins when `evenhand run` does.[/dim]"
            )
        return is_heard

    def ring_ratings(self, study_id: int) -> None:
        """Tell a worker that a leaderboard is old."""
        from service import jobs

        jobs.ring_ratings(jobs.address_of(self.settings), study_id)


def _which(running: list[str]) -> str:
    """Say how a command is told which installation it is for."""
    if running:
        named = "\n".join(f"  DATA_DIR={folder} evenhand …" for folder in running)
        return f"Several installations run. Say which one you mean:\n{named}"
    return (
        "There is no Evenhand in this folder, and none runs. Type the command where the folder "
        "`var` of yours is, or name its place: DATA_DIR=/path/to/var evenhand … "
        "A new one is made by `make run` or `evenhand migrate`."
    )
