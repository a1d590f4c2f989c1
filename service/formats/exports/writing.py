"""Writes an export: rows as they come into files by split, with a manifest beside them."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from service.errors import Conflict
from service.formats.exports import balance, kinds, manifest, parquet
from service.formats.exports.kinds import Format
from service.formats.exports.manifest import WHOLE, About, Sum
from service.formats.exports.parts import Part
from service.formats.exports.personal import Redactor
from service.formats.exports.policy import (
    HISTORY_DIFFERS,
    NO_LABEL,
    NO_VOTES,
    OF_TEXTS,
    WORDS,
    Kept,
    Policy,
    Split,
    keep,
)
from service.formats.exports.record import Judged

PARTS = ("train", "test")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?Z?")
# So often somebody who waits is told how far it is.
TOLD_EVERY = 500


class NothingToExport(Conflict):
    """The votes give no row; the message says what is missing."""


def _silent(matchups: int) -> None:
    del matchups


def write(
    folder: Path,
    records: Iterable[Judged],
    form: Format,
    about: About,
    policy: Policy | None = None,
    split: Split | None = None,
    tell: Callable[[int], None] = _silent,
) -> dict[str, Any]:
    """Write an export into an empty folder, a record at a time; returns the manifest.

    The same records and policy give the same bytes. Files for training are parted by prompt;
    those that are for reading are one file. When every prompt falls into the test file, all
    rows go to the training file, and the manifest says so. `records` are gone through twice
    where lengths are to be balanced. `tell` gets, now and then, how many were read.

    Raises
    ------
    NothingToExport
        No row came out of it.
    ParquetMissing
    """
    if form.ending == kinds.PARQUET:
        parquet.check()
    policy, split = policy or Policy(), split or Split()
    is_parted = form.wants in {"pairs", "labels"}
    work = _Export(form, policy, split if is_parted else None)
    if policy.balanced and form.wants == "pairs":
        work.balance = balance.of(
            (kept, work.part(kept.record))
            for record in records
            if not (kept := work.keep(record)).dropped
        )
    parts: dict[str, Part] = {}
    try:
        for number, record in enumerate(records, start=1):
            for row in work.rows(record):
                part = work.part(record)
                if part not in parts:
                    parts[part] = Part(folder, part, form)
                parts[part].put(record, row)
            if number % TOLD_EVERY == 0:
                tell(number)
    finally:
        for each in parts.values():
            each.close()
    if not work.sums.rows:
        raise _nothing(work.sums, form)
    is_moved = is_parted and "train" not in parts
    if is_moved:
        parts["test"].rename("test", "train")
        parts = {"train": parts["test"]}
    return manifest.finish(
        folder,
        form,
        about,
        policy,
        split if is_parted else None,
        parts,
        work.sums,
        all_in_train=is_moved,
    )


class _Export:
    """An export as it goes on: what becomes of each record, and what that adds up to."""

    def __init__(self, form: Format, policy: Policy, split: Split | None) -> None:
        self.form = form
        self.sums = Sum()
        self.balance = balance.NONE
        self._policy = policy
        self._split = split
        self._redactor = Redactor(policy.countries) if policy.redacted else None

    def part(self, record: Judged) -> str:
        """Return which file the rows of a record belong to."""
        return PARTS[self._split.is_test(record.split_key)] if self._split else WHOLE

    def keep(self, record: Judged) -> Kept:
        """Return what the policy makes of a record, personal data gone first where it is to go."""
        if self._redactor:
            record = self._redactor.record(record)
        return keep(record, self._policy)

    def rows(self, record: Judged) -> Iterator[dict[str, Any]]:
        """Yield the rows of a record, and count it."""
        kept = self.keep(record)
        sums = self.sums
        sums.matchups += 1
        sums.votes += len(kept.votes)
        sums.votes_left_out += len(record.votes) - len(kept.votes)
        sums.names |= {*record.first_configurations, *record.second_configurations}
        reason = self._left_out(kept)
        if reason:
            sums.dropped[reason] += 1
        if self.form.wants != "all" and reason:
            return
        if self.form.wants == "pairs":
            sums.pairs += 1
            sums.longer += len(kept.chosen) > len(kept.rejected)
            for place, text in enumerate((kept.chosen, kept.rejected)):
                sums.like_times[place] &= bool(_TIME.fullmatch(text))
        if self._redactor:
            sums.redacted += self._redactor.counts(record)
        for row in self.form.rows(kept, self._policy):
            sums.rows += 1
            yield row

    def _left_out(self, kept: Kept) -> str:
        if self.form.wants == "pairs":
            return kept.dropped or self.balance.why_not(kept, self.part(kept.record))
        if self.form.wants == "all":
            return kept.dropped
        if not kept.votes and kept.record.grades is None:
            return NO_VOTES
        if self.form.wants == "votes":
            return HISTORY_DIFFERS if kept.record.differs_before else ""
        lacking = kept.dropped if kept.dropped in OF_TEXTS else ""
        is_known = any(each is not None for each in kept.labels(self._policy))
        return lacking or ("" if is_known else NO_LABEL)


def _nothing(sums: Sum, form: Format) -> NothingToExport:
    if not sums.votes and not sums.votes_left_out:
        return NothingToExport(
            "There are no votes to export yet. Invite raters, or import votes, and try again."
        )
    told = ", ".join(f"{number:,} {WORDS[reason]}" for reason, number in sums.dropped.most_common())
    if form.wants == "labels":
        return NothingToExport(
            "None of the %(matchups)s matchups gives a row of %(form)s: %(told)s. Grades say which "
            "answers are good; or take wins as labels.",
            matchups=f"{sums.matchups:,}",
            form=form.name,
            told=told,
        )
    return NothingToExport(
        "None of the %(matchups)s matchups gives a row of %(form)s: %(told)s. More votes may help.",
        matchups=f"{sums.matchups:,}",
        form=form.name,
        told=told,
    )
