"""What every command reaches: settings, the database, the queue's bell, and the console."""

from functools import cached_property

from rich.console import Console

from service import jobs
from service.database import Database
from service.settings import Settings
from service.usecases import upkeep


class Outlet:
    """Made once per command; opens the database only when a command asks for it."""

    def __init__(self) -> None:
        """Prepare a console; nothing is read or opened yet."""
        self.console = Console(highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    @cached_property
    def settings(self) -> Settings:
        """The settings of this environment."""
        return Settings.from_environ()

    @cached_property
    def database(self) -> Database:
        """The database, brought to the newest schema first."""
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
        if not jobs.ring_generation(jobs.address_of(self.settings)):
            self.errors.print(
                "[dim]No worker is listening just now; the work waits in the database and "
                "begins when `evenhand run` does.[/dim]"
            )

    def ring_ratings(self, study_id: int) -> None:
        """Tell a worker that a leaderboard is old."""
        jobs.ring_ratings(jobs.address_of(self.settings), study_id)
