"""The client: every call of the API, and what takes several of them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from . import frames
from .connection import Connection, Tell
from .drafts import Drafts
from .judges import Judges
from .parts import Parts
from .people import People
from .problems import Conflict
from .results import Results, StoredLeaderboard
from .reviewing import Reviewing
from .sets import Sets
from .sharing import Sharing
from .studies import Studies
from .transfers import Export, ImportReport, Intake, Transfers
from .webhooks import Webhooks

if TYPE_CHECKING:
    import pandas as pd

_ASKED_EVERY = 1.0


class Client(
    Studies,
    Parts,
    Sets,
    Drafts,
    People,
    Results,
    Judges,
    Transfers,
    Reviewing,
    Sharing,
    Webhooks,
    Connection,
):
    """Calls an Evenhand: `Client("https://evenhand.example", token)`.

    Lists are iterators that ask for their next page when it is needed. What takes long takes
    `tell`, which is given what is done and how much of it, 0 to 1.
    """

    def import_frame(
        self,
        name: str,
        frame: "pd.DataFrame",
        *,
        mapping: dict[str, str] | None = None,
        kind: Literal["prompts", "completions", "votes", "battles"] | None = None,
        replace: bool = False,
    ) -> ImportReport:
        """Bring a DataFrame of prompts, answers or votes into a study, each once.

        `mapping` says what columns mean, such as ``{"question": "prompt", "gpt": "answer:GPT"}``.
        """
        return self.import_file(
            name,
            filename="frame.csv",
            content=frames.csv(frame),
            kind=kind,
            mapping=mapping,
            replace=replace,
        )

    def import_large(
        self,
        name: str,
        path: Path,
        *,
        seconds: float = 3600.0,
        tell: Tell | None = None,
        **asked: Any,
    ) -> Intake:
        """Have a worker import a file of more rows than somebody waits for, and wait for it.

        `asked` is what `create_intake` takes beside the file; `tell` gets how many rows are in.

        Raises
        ------
        Conflict
            It could not be imported to its end; it says why.
        TimeoutError
        """
        made = self.create_intake(name, filename=path.name, content=path.read_bytes(), **asked)
        state = [made]

        def is_done() -> bool:
            state.append(self.get_intake(name, made.token))
            if tell is not None:
                tell("importing", float(state[-1].done))
            return state[-1].state in {"done", "failed"}

        self._wait(is_done, seconds, "The file is not imported yet. Are its workers running?")
        if state[-1].state == "failed":
            raise Conflict(409, "No import", state[-1].note, [])
        return state[-1]

    def votes_frame(self, name: str) -> "pd.DataFrame":
        """Return a study's votes as stored, a row each."""
        return frames.of(self.list_votes(name))

    def leaderboard_frame(self, name: str) -> "pd.DataFrame | None":
        """Return the newest leaderboard as a DataFrame, None before there is one."""
        found = self.get_latest_leaderboard(name).leaderboard
        return None if found is None or found.board is None else frames.of_board(found.board)

    def claims_frame(self, name: str) -> "pd.DataFrame":
        """Return what can and cannot be claimed of a study as a DataFrame, a statement a row."""
        return frames.of(self.diagnose_study(name).items)

    def wait_for_completions(
        self, name: str, *, seconds: float = 3600.0, tell: Tell | None = None
    ) -> None:
        """Wait until everything is generated, or has finally failed.

        Raises
        ------
        TimeoutError
        """

        def is_done() -> bool:
            study = self.get_study(name)
            open_ = sum(study.states.get(each, 0) for each in ("pending", "running", "recorded"))
            total = study.completions_total
            if tell is not None:
                tell("generating", (total - open_) / total if total else 1.0)
            return open_ == 0

        self._wait(is_done, seconds, f"{name} is still being generated.")

    def wait_for_leaderboard(self, name: str, *, seconds: float = 120.0) -> StoredLeaderboard:
        """Wait for a leaderboard that has seen all votes, and return it.

        Raises
        ------
        TimeoutError
        """
        found: list[StoredLeaderboard] = []

        def is_done() -> bool:
            newest = self.get_latest_leaderboard(name).leaderboard
            if newest is not None and newest.board is not None and newest.pending == 0:
                found.append(newest)
            return bool(found)

        self._wait(is_done, seconds, f"{name} has no leaderboard yet. Are its workers running?")
        return found[0]

    def fetch_export(
        self,
        name: str,
        to: Path,
        *,
        seconds: float = 3600.0,
        tell: Tell | None = None,
        **asked: Any,
    ) -> Export:
        """Have an export made, wait for it, and write its ZIP to the new file `to`.

        `asked` is what `create_export` takes: its format and policy.

        Raises
        ------
        Conflict
            Nothing could be exported; it says why.
        TimeoutError, FileExistsError
        """
        made = self.create_export(name, **asked)
        state = [made]

        def is_done() -> bool:
            state.append(self.get_export(name, made.token))
            if tell is not None and state[-1].matchups:
                tell("writing", state[-1].done / state[-1].matchups)
            return state[-1].state in {"ready", "failed"}

        self._wait(is_done, seconds, "The export is not made yet. Are its workers running?")
        if state[-1].state == "failed":
            raise Conflict(409, "No export", state[-1].note, [])
        path = f"/studies/{name}/exports/{made.token}/file"
        self.download(path, to, tell, state[-1].size)
        return state[-1]

    def fetch_report(self, name: str, to: Path) -> Path:
        """Write the report on a study's newest leaderboard, one page, to the new file `to`.

        Raises
        ------
        FileExistsError
        """
        return self.download(f"/studies/{quote(name, safe='')}/report", to)

    def fetch_pack(self, name: str, to: Path) -> Path:
        """Write all of a study to the new archive `to`, for `evenhand study unpack`.

        Raises
        ------
        FileExistsError
        """
        return self.download(f"/studies/{quote(name, safe='')}/pack", to)

    def _wait(self, is_done: Callable[[], bool], seconds: float, otherwise: str) -> None:
        end = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > end:
                raise TimeoutError(otherwise)
            self._sleep(_ASKED_EVERY)
