"""The catalogues of rater pages: what is to be translated, and `python -m tests.catalogues`.

It writes the template, brings each catalogue to the template, and compiles it; what is new
stands there untranslated, and a test says so.
"""

import ast
import builtins
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from service.domain.sitting import BUILT_IN_PRACTICE
from service.domain.study import DEFAULT_INSTRUCTIONS, GRADE_INSTRUCTIONS
from service.domain.vote import OFFERED

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "service/web/locale"
TEMPLATE = FOLDER / "rater.pot"
LANGUAGES = ("de",)
KEYWORDS = {"_": None, "gettext": None, "msgid": None, "ngettext": (1, 2)}
# Rooms whose errors a rater may read; the message is the first argument of the error.
RAISING = ("domain/vote.py", "database.py", "usecases/invites.py", "usecases/blind", "web")
SIGHTED_ROOM = "web/researcher"
SIGHTED = {"There is no such invite.", "An invite is either personal or shared."}
_SENTENCE = re.compile(r"[A-Z%].*[.?!]", re.DOTALL)
# A fixed moment: the same texts give the same bytes.
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def po_of(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "rater.po"


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as stream:
        return pofile.read_po(stream, locale=locale)


def template() -> Catalog:
    """Return every text that a rater may read, with the files where it stands."""
    made = _empty(None)
    found = [*_of_templates(), *_of_code(), *_of_errors(), *_of_defaults()]
    for place, text in sorted(found, key=lambda one: (str(one[0]), str(one[1]))):
        made.add(text, locations=[(place, 1)])
    return made


def _empty(code: str | None) -> Catalog:
    return Catalog(
        code,
        project="Evenhand",
        version="rater pages",
        header_comment="# The words of rater pages; `python -m tests.catalogues` keeps this file.",
        msgid_bugs_address="none",
        last_translator="none",
        language_team="none",
        creation_date=_MOMENT,
        revision_date=_MOMENT,
        charset="utf-8",
        fuzzy=False,
    )


def _of_templates() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for path in sorted((ROOT / "service/web/rater/templates").rglob("*.html")):
        yield from _extracted("jinja2.ext:babel_extract", path)


def _of_code() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for path in sorted((ROOT / "service/web").rglob("*.py")):
        yield from _extracted("python", path)


def _extracted(method: str, path: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    with path.open("rb") as stream:
        for _, text, _, _ in extract(method, stream, KEYWORDS, options={"silent": "false"}):
            yield str(path.relative_to(ROOT)), text


def _of_errors() -> Iterator[tuple[str, str]]:
    for path, call, constants in raised():
        told = call.args[0]
        text = constants.get(told.id) if isinstance(told, ast.Name) else told
        if isinstance(text, ast.Constant) and text.value not in SIGHTED:
            yield path, text.value


def raised() -> Iterator[tuple[str, ast.Call, dict[str, ast.expr]]]:
    """Every making of an error with a message, in rooms that a rater may reach."""
    for room in RAISING:
        at = ROOT / "service" / room
        for path in sorted(at.rglob("*.py")) if at.is_dir() else [at]:
            name = str(path.relative_to(ROOT))
            if SIGHTED_ROOM in name:
                continue
            tree = ast.parse(path.read_text("utf-8"))
            constants = {
                one.targets[0].id: one.value
                for one in tree.body
                if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
            }
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and _is_error(call, constants):
                    yield name, call, constants


def _is_error(call: ast.Call, constants: dict[str, ast.expr]) -> bool:
    callee = call.func
    name = callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", "")
    if not (name[:1].isupper() and call.args) or hasattr(builtins, name):
        return False
    told = call.args[0]
    if isinstance(told, ast.JoinedStr):
        return True
    text = constants.get(told.id) if isinstance(told, ast.Name) else told
    return (
        isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and _SENTENCE.fullmatch(text.value) is not None
    )


def _of_defaults() -> Iterator[tuple[str, str]]:
    yield "service/domain/study.py", DEFAULT_INSTRUCTIONS
    yield "service/domain/study.py", GRADE_INSTRUCTIONS
    for text in BUILT_IN_PRACTICE:
        yield "service/domain/sitting.py", text
    for choice in OFFERED:
        yield "service/domain/vote.py", choice.label()


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file holds it: by text, without numbers of lines."""
    out = io.BytesIO()
    pofile.write_po(
        out, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    mofile.write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    """Write the template, and update and compile every catalogue."""
    found = template()
    TEMPLATE.write_bytes(written(found))
    for code in LANGUAGES:
        path = po_of(code)
        old = read(path, code) if path.exists() else _empty(code)
        # What was reworded is to be translated anew: a guess could be wrong and look finished.
        old.update(found, no_fuzzy_matching=True)
        old.revision_date = _MOMENT
        path.write_bytes(written(old))
        path.with_suffix(".mo").write_bytes(compiled(old))
        missing = [one.id for one in old if one.id and not (one.string and all(one.string))]
        print(f"{path.relative_to(ROOT)}: {len(old)} texts, {len(missing)} untranslated")


if __name__ == "__main__":
    main()
