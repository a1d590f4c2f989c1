"""THE table of export formats: what each is called, who reads it, and how a row is made."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from service.errors import Invalid
from service.formats.exports import clouds, columns, frameworks, tables, trl
from service.formats.exports.columns import Columns
from service.formats.exports.policy import Kept, Policy

Rows = Callable[[Kept, Policy], Iterator[dict[str, Any]]]
# What a matchup needs to give rows: a preferred answer, a label, a vote, or nothing.
Wants = Literal["pairs", "labels", "votes", "all"]
DEFAULT = "trl-dpo"
PARQUET = ".parquet"


class UnknownFormat(Invalid):
    """There is no export format of that name."""


def _nothing(names: Mapping[str, str]) -> dict[str, bytes]:
    del names
    return {}


@dataclass(frozen=True)
class Format:
    """One format. `is_strict`: its readers refuse further columns, so ids stand beside it.

    `columns` are its columns and their types: a dataset card declares them, and Parquet holds
    them; `beside` makes further files from the names of the files by split.
    """

    name: str
    readers: str
    rows: Rows
    wants: Wants = "pairs"
    ending: str = ".jsonl"
    is_strict: bool = False
    columns: Columns = field(default_factory=dict)
    beside: Callable[[Mapping[str, str]], dict[str, bytes]] = _nothing

    def line(self, row: Mapping[str, Any]) -> bytes:
        """Return a row as a file holds it."""
        return as_csv(row.values()) if self.ending == ".csv" else as_json(row)

    def head(self, row: Mapping[str, Any]) -> bytes:
        """Return what stands before the first row."""
        return as_csv(row) if self.ending == ".csv" else b""


def as_json(row: Mapping[str, Any]) -> bytes:
    """Return a JSON line in ASCII: other signs could end a line for some readers."""
    return (json.dumps(row, ensure_ascii=True) + "\n").encode()


def as_csv(values: Any) -> bytes:
    """Return a line that no spreadsheet takes for a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_harmless(value) for value in values])
    return line.getvalue().encode()


def _harmless(value: Any) -> Any:
    # OWASP, "CSV Injection": a quote keeps spreadsheets from computing what somebody wrote.
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if is_formula else value


FORMATS = {
    each.name: each
    for each in (
        Format("trl-dpo", "TRL DPO, axolotl, OpenRLHF, Unsloth", trl.dpo, columns=columns.PAIR),
        Format(
            "trl-reward",
            "TRL reward models, OpenRLHF, LLaMA-Factory v1",
            trl.reward,
            columns=columns.REWARD,
        ),
        Format("trl-kto", "TRL KTO", trl.kto, wants="labels", columns=columns.LABELS),
        Format("chat-pair", "Together, Fireworks, Azure", clouds.chat_pair, is_strict=True),
        Format("gemini", "Gemini preference tuning", clouds.gemini, is_strict=True),
        Format("nova", "Amazon Nova DPO", clouds.nova, is_strict=True),
        Format(
            "llama-factory",
            "LLaMA-Factory v0",
            frameworks.llama_factory,
            beside=frameworks.dataset_info,
        ),
        Format(
            "ms-swift",
            "ms-swift, for DPO and reward models",
            frameworks.ms_swift,
            columns=columns.SWIFT,
        ),
        Format("nemo-rl", "NeMo-RL's PreferenceDataset", frameworks.nemo_rl),
        Format("tinker", "Tinker's ComparisonBuilderFromJsonl", frameworks.tinker),
        Format(
            "trl-dpo-parquet",
            "TRL DPO, in tables of Databricks and others",
            trl.dpo,
            ending=PARQUET,
            columns=columns.PAIR,
        ),
        Format(
            "ultrafeedback",
            "readers of UltraFeedback: alignment-handbook, Argilla",
            frameworks.ultrafeedback,
            ending=PARQUET,
            columns=columns.ULTRAFEEDBACK,
        ),
        Format(
            "canonical",
            "analysis: everything, every matchup",
            tables.canonical,
            wants="all",
            columns=tables.CANONICAL,
        ),
        Format(
            "canonical-parquet",
            "analysis: the same, with types",
            tables.canonical,
            wants="all",
            ending=PARQUET,
            columns=tables.CANONICAL,
        ),
        Format(
            "arena", "analysis: one row a vote", tables.arena, wants="votes", columns=columns.VOTES
        ),
        Format("csv", "people, in a spreadsheet", tables.table, wants="all", ending=".csv"),
    )
}


def by_name(name: str) -> Format:
    """Return the format of a name.

    Raises
    ------
    UnknownFormat
    """
    if name not in FORMATS:
        raise UnknownFormat(
            "There is no format %(name)s. There are: %(known)s.",
            name=repr(name),
            known=", ".join(FORMATS),
        )
    return FORMATS[name]
