"""What sighted pages say about criteria, grades and gold, in plain sentences."""

from service.usecases.sighted.marks import MarksView
from service.web.researcher import figures

GOLD = (
    "Gold matchups have a better text that you named. Few answers say little: "
    "pressing anything, one gets about one in three right."
)
_FEW = 20


def mean(value: float) -> str:
    """Return a mean grade with one decimal."""
    return f"{value:.1f}"


def grades(marks: MarksView) -> str:
    """Return what the grades say, from how many, and how far that goes."""
    best = marks.grades[0]
    level = [each for each in marks.grades if mean(each.mean) == mean(best.mean)]
    names = " and ".join(each.configuration for each in level)
    lead = f"{names} {'has' if len(level) == 1 else 'have'} the highest mean grade"
    people = figures.plural(marks.raters, "person", "people")
    said = f"{lead}, {mean(best.mean)} of 5, by {people}."
    if min(each.number for each in marks.grades) < _FEW:
        return f"{said} These are few grades; more may change the order."
    return f"{said} A mean hides that people use the scale differently; votes compare better."
