"""What counts and fits have to confess: the findings that every fit carries."""

import numpy as np

from service.stats.connectivity import Shape
from service.stats.counts import SIGN, BoolArray, Counts, IntArray
from service.stats.findings import Code, Finding
from service.stats.likelihood import Rows


def of_counts(counts: Counts, rows: Rows, shape: Shape, *, model: str) -> tuple[Finding, ...]:
    """Return what is special about the counts: gaps, separation, ties."""
    if not len(counts):
        return (Finding(Code.NO_VOTES, "There are no votes yet."),)
    findings = [*_of_links(counts, rows, shape), *_of_bounds(counts, shape)]
    decided = SIGN[counts.outcome] != 0
    if not decided.any():
        text = "Every vote was a tie: nothing tells the items apart."
        findings.append(Finding(Code.ONLY_TIES, text))
    elif decided.all() and model == "davidson":
        text = "No vote was a tie, so the tie strength is zero."
        findings.append(Finding(Code.NO_TIES, text))
    return tuple(findings)


def of_convergence(*, converged: bool) -> tuple[Finding, ...]:
    """Return a finding where the search ended before it converged."""
    if converged:
        return ()
    text = "The fit did not converge; do not rely on these strengths."
    return (Finding(Code.NOT_CONVERGED, text),)


def _names(counts: Counts, chosen: BoolArray | IntArray) -> tuple[str, ...]:
    return tuple(counts.items[index] for index in np.arange(len(counts.items))[chosen])


def _of_links(counts: Counts, rows: Rows, shape: Shape) -> list[Finding]:
    if shape.components == 1:
        return []
    seen = np.zeros(rows.size, dtype=bool)
    seen[rows.first] = seen[rows.second] = True
    findings = []
    if not seen.all():
        text = "Some items have no votes yet; their strengths are unknown."
        findings.append(Finding(Code.ITEM_WITHOUT_VOTES, text, items=_names(counts, ~seen)))
    parts = np.unique(shape.component[seen])
    if len(parts) > 1:
        text = "The votes fall into groups that never met: compare within a group only."
        groups = tuple(_names(counts, shape.component == part) for part in parts)
        findings.append(Finding(Code.DISCONNECTED, text, groups=groups))
    return findings


def _of_bounds(counts: Counts, shape: Shape) -> list[Finding]:
    findings = []
    if shape.above.any():
        text = "These won every comparison with the rest: how far above they are is unknown."
        findings.append(Finding(Code.UNBOUNDED_ABOVE, text, items=_names(counts, shape.above)))
    if shape.below.any():
        text = "These lost every comparison with the rest: how far below they are is unknown."
        findings.append(Finding(Code.UNBOUNDED_BELOW, text, items=_names(counts, shape.below)))
    for part in range(shape.components):
        levels = np.unique(shape.level[shape.component == part])
        if len(levels) > 1:
            text = "The items fall into levels, and no vote goes against their order."
            groups = tuple(_names(counts, shape.level == level) for level in levels)
            findings.append(Finding(Code.SEPARATED, text, groups=groups))
    return findings
