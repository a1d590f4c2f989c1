"""Models and calls about imports, intakes, exports; written by `make openapi`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .connection import Connection


@dataclass(frozen=True)
class Refused:
    """A row that could not be used."""

    line: int
    message: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in rows; sent again it adds nothing."""

    kind: str
    added: int
    unchanged: int
    filled: int
    replaced: int
    refused: int
    differing: int
    votes_on_replaced: int
    new_prompts: int
    new_configurations: list[str]
    thin: int
    by_models: int
    errors: list[Refused]
    notes: list[str]


@dataclass(frozen=True)
class IntakeReport:
    """What an import did, in rows; sent again it adds nothing."""

    kind: str
    added: int
    unchanged: int
    filled: int
    replaced: int
    refused: int
    differing: int
    votes_on_replaced: int
    new_prompts: int
    new_configurations: list[str]
    thin: int
    errors: list[Refused]
    notes: list[str]


@dataclass(frozen=True)
class Intake:
    """An uploaded file: `kept` until somebody has it imported, then where that is."""

    token: str
    address: str
    filename: str
    size: int
    state: Literal["kept", "waiting", "running", "done", "failed"]
    done: int
    note: str
    report: IntakeReport | None
    created_at: datetime


@dataclass(frozen=True)
class IntakeList:
    """The files of a study that are kept, the newest first: ten at most, for a week."""

    items: list[Intake]


@dataclass(frozen=True)
class ExportFormat:
    """A format that preferences are exported in."""

    name: str
    readers: str


@dataclass(frozen=True)
class ExportFormats:
    """All formats."""

    items: list[ExportFormat]


@dataclass(frozen=True)
class Export:
    """An export: about `done` of `matchups` are written; its file is there once it is ready."""

    token: str
    form: str
    state: Literal["waiting", "running", "ready", "failed"]
    done: int
    matchups: int
    rows: int
    size: int
    digest: str
    note: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class ExportList:
    """The exports of a study that are kept, the newest first."""

    items: list[Export]


class Transfers(Connection):
    """Calls about imports, intakes, exports."""

    def import_file(
        self,
        name: str,
        *,
        filename: str,
        content: bytes,
        replace: bool | None = None,
        mapping: dict[str, str] | None = None,
        shape: str | None = None,
        configurations: list[str] | None = None,
        kind: Literal["prompts", "completions", "votes", "battles"] | None = None,
    ) -> ImportReport:
        """Bring prompts, completions, votes or battles from a file into a study, each once.

        JSONL, JSON, CSV, TSV, XLSX or Parquet, perhaps packed by gzip, with at most 100
        MB and 20,000 rows. Files of other tools are known by their structure.
        """
        return self._call(
            ImportReport,
            "import_file",
            "POST",
            "/studies/{name}/imports",
            path={"name": name},
            body={
                "replace": replace,
                "mapping": mapping,
                "shape": shape,
                "configurations": configurations,
                "kind": kind,
            },
            file={"filename": filename, "content": content},
        )

    def create_intake(
        self,
        name: str,
        *,
        filename: str,
        content: bytes,
        replace: bool | None = None,
        mapping: dict[str, str] | None = None,
        shape: str | None = None,
        configurations: list[str] | None = None,
        most: int | None = None,
    ) -> Intake:
        """Have a worker import a file; ask at its address until it is done.

        As `import_file`, with up to 1,000,000 rows in 100 MB, which gzip may pack.
        Raters go on meanwhile; what one worker began, another one ends.
        """
        return self._call(
            Intake,
            "create_intake",
            "POST",
            "/studies/{name}/intakes",
            path={"name": name},
            body={
                "replace": replace,
                "mapping": mapping,
                "shape": shape,
                "configurations": configurations,
                "most": most,
            },
            file={"filename": filename, "content": content},
        )

    def list_intakes(self, name: str) -> IntakeList:
        """List the files of a study that are kept, those of its pages too."""
        return self._call(
            IntakeList, "list_intakes", "GET", "/studies/{name}/intakes", path={"name": name}
        )

    def get_intake(self, name: str, token: str) -> Intake:
        """Tell how far an import is, and at its end what it did."""
        return self._call(
            Intake,
            "get_intake",
            "GET",
            "/studies/{name}/intakes/{token}",
            path={"name": name, "token": token},
        )

    def discard_intake(self, name: str, token: str) -> None:
        """Forget a file, and end its import; what is in already stays."""
        self._call(
            None,
            "discard_intake",
            "DELETE",
            "/studies/{name}/intakes/{token}",
            path={"name": name, "token": token},
        )

    def list_export_formats(self) -> ExportFormats:
        """List the formats that preferences are exported in, and what loads each."""
        return self._call(ExportFormats, "list_export_formats", "GET", "/export-formats")

    def list_exports(self, name: str) -> ExportList:
        """List exports with how far each is; none while the study is sealed."""
        return self._call(
            ExportList, "list_exports", "GET", "/studies/{name}/exports", path={"name": name}
        )

    def create_export(
        self,
        name: str,
        *,
        format: str | None = None,
        least_votes: int | None = None,
        least_agreement: float | None = None,
        ties: Literal["count", "ignore"] | None = None,
        both_bad: Literal["count", "ignore"] | None = None,
        conflicts: bool | None = None,
        strength: bool | None = None,
        flagged: Literal["drop", "keep"] | None = None,
        imported: bool | None = None,
        cut_off: bool | None = None,
        leaks: bool | None = None,
        balanced: bool | None = None,
        not_trained_on: list[str] | None = None,
        wins_as_labels: bool | None = None,
        redacted: bool | None = None,
        countries: list[str] | None = None,
        test_share: float | None = None,
    ) -> Export:
        """Have a worker make an export; ask for it until it is ready, then fetch its file."""
        return self._call(
            Export,
            "create_export",
            "POST",
            "/studies/{name}/exports",
            path={"name": name},
            body={
                "format": format,
                "least_votes": least_votes,
                "least_agreement": least_agreement,
                "ties": ties,
                "both_bad": both_bad,
                "conflicts": conflicts,
                "strength": strength,
                "flagged": flagged,
                "imported": imported,
                "cut_off": cut_off,
                "leaks": leaks,
                "balanced": balanced,
                "not_trained_on": not_trained_on,
                "wins_as_labels": wins_as_labels,
                "redacted": redacted,
                "countries": countries,
                "test_share": test_share,
            },
        )

    def get_export(self, name: str, token: str) -> Export:
        """Tell how far an export is."""
        return self._call(
            Export,
            "get_export",
            "GET",
            "/studies/{name}/exports/{token}",
            path={"name": name, "token": token},
        )

    def discard_export(self, name: str, token: str) -> None:
        """Forget an export and its file; it can be made again at any time."""
        self._call(
            None,
            "discard_export",
            "DELETE",
            "/studies/{name}/exports/{token}",
            path={"name": name, "token": token},
        )
