"""What every command reaches: settings, the database, the queue's bell, and the console."""

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from service.cli import terminal
from service.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from service.database import Database


class Outlet:
    """Made once per command; opens the database only when a command asks for it."""

    @property
    def console(self) -> "Console":
        """Where results go."""
        from rich.console import Console  # noqa: PLC0415 - libraries load when they are used

        stream = terminal.plain(sys.stdout)
        return Console(file=stream, width=terminal.width(stream), highlight=False)

    @property
    def errors(self) -> "Console":
        """Where notes and complaints go."""
        from rich.console import Console  # noqa: PLC0415

        stream = terminal.plain(sys.stderr)
        return Console(file=stream, width=terminal.width(stream), highlight=False)

    @cached_property
    def settings(self) -> Settings:
        """The settings of this environment."""
        return Settings.from_environ()

    @cached_property
    def database(self) -> "Database":
        """The database, brought to the newest schema first."""
        from service.database import Database  # noqa: PLC0415
        from service.usecases import upkeep  # noqa: PLC0415

        database = Database(self.settings.database_address, pool_size=2)
        if not upkeep.is_migrated(database):
            upkeep.migrate_up(database)
        return database

    def close(self) -> None:
        """Close what the command opened."""
        if "database" in self.__dict__:
            self.database.engine.dispose()

    @property
    def key(self) -> str:
        """The key that signs links."""
        return self.settings.signing_key()

    def ring_generation(self) -> None:
        """Tell a worker that there is something to generate; say where nobody listens."""
        import rq  # noqa: F401, PLC0415 - loaded before the bell's clock starts

        from service import jobs  # noqa: PLC0415

        if not jobs.ring_generation(jobs.address_of(self.settings)):
            self.errors.print(
                "[dim]No worker is listening just now; the work waits in the database and "
                "begins when `evenhand run` does.[/dim]"
            )

    def ring_ratings(self, study_id: int) -> None:
        """Tell a worker that a leaderboard is old."""
        from service import jobs  # noqa: PLC0415

        jobs.ring_ratings(jobs.address_of(self.settings), study_id)
