"""The catalogues of pages: what is to be translated, and `python -m tests.catalogues`.

There are two: what raters may read, and what sighted pages say.

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
from service.domain.vote import MODELS_VERDICT, OFFERED, Choice

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "service/web/locale"
DOMAINS = ("rater", "sighted")
LANGUAGES = ("de",)
KEYWORDS = {"said": None, "_": None, "gettext": None, "msgid": None, "ngettext": (1, 2)}
# Rooms whose errors a rater may read; the message is the first argument of the error.
RAISING = {
    "rater": (
        "domain/vote.py",
        "domain/submission.py",
        "database.py",
        "usecases/invites.py",
        "usecases/blind",
        "web",
    ),
    "sighted": (
        *("usecases/accounts.py", "usecases/api_tokens.py", "usecases/invites.py"),
        "usecases/sighted/results",
        *("usecases/sighted/studies/opening.py", "usecases/sighted/lookup.py", "web/researcher"),
        *("usecases/sighted/studies/uploads.py", "formats/mapping.py", "domain/shown_field.py"),
        *("formats/documents.py", "usecases/sighted/generation/templates.py"),
        *("formats/readings.py", "formats/promptfoo_config.py"),
        *(
            f"formats/{name}.py"
            for name in ("arrays", "exports/writing", "lines", "objects", "parquet")
        ),
        *(f"formats/{name}.py" for name in ("rows", "sniffing", "spreadsheets")),
        *(
            f"usecases/sighted/studies/{name}.py"
            for name in (
                *(
                    "applying",
                    "editing",
                    "exclusions",
                    "filing",
                    "intakes",
                    "flags",
                    "inviting",
                    "prompt_sets",
                    "drafts",
                    "log_files",
                    "proposing",
                    "set_files",
                    "submissions",
                    "set_uploads",
                    "taking",
                    "shelving",
                    "deleting",
                ),
            )
        ),
        *(
            f"usecases/sighted/generation/{name}.py"
            for name in ("estimates", "requests", "retries", "evidence", "leak_reviews", "reach")
        ),
    ),
}
# The API speaks English alone: programs read it.
SIGHTED_ROOM = "web/researcher"
NOT_FOR_RATERS = (SIGHTED_ROOM, "web/api")
SIGHTED = {
    "There is no such invite.",
    "An invite is either personal or shared.",
    "An invite ends after 1 to %(most)s days, or never.",
    "There is no study called %(name)s.",
}
_SENTENCE = re.compile(r"[A-Z%].*[.?!]", re.DOTALL)
# A fixed moment: the same texts give the same bytes.
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def template_of(domain: str) -> Path:
    return FOLDER / f"{domain}.pot"


def po_of(code: str, domain: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as stream:
        return pofile.read_po(stream, locale=locale)


def template(domain: str) -> Catalog:
    """Return every text of a side, with the files where it stands."""
    made = _empty(None, domain)
    found = [*_of_templates(domain), *_of_code(domain), *_of_errors(domain), *_of_defaults(domain)]
    for place, text in sorted(found, key=lambda one: (str(one[0]), str(one[1]))):
        made.add(text, locations=[(place, 1)])
    return made


def _empty(code: str | None, domain: str) -> Catalog:
    return Catalog(
        code,
        project="Evenhand",
        version=f"{domain} pages",
        header_comment=f"# The words of {domain} pages; `python -m tests.catalogues` keeps them.",
        msgid_bugs_address="none",
        last_translator="none",
        language_team="none",
        creation_date=_MOMENT,
        revision_date=_MOMENT,
        charset="utf-8",
        fuzzy=False,
    )


def pages_of(domain: str) -> Path:
    """Return where the templates and modules of a side's pages stand."""
    return ROOT / "service/web" / {"rater": "rater", "sighted": "researcher"}[domain]


def _of_templates(domain: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for path in sorted((pages_of(domain) / "templates").rglob("*.html")):
        yield from _extracted("jinja2.ext:babel_extract", path)


def _of_code(domain: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    if domain == "sighted":
        found = [
            *(ROOT / "service/reporting").rglob("*.py"),
            *(ROOT / "service" / SIGHTED_ROOM).rglob("*.py"),
            *(ROOT / "service/formats").rglob("*.py"),
            ROOT / "service/importing.py",
            *(ROOT / "service/usecases/sighted/studies").glob("*import*.py"),
            ROOT / "service/usecases/sighted/studies/intakes.py",
            ROOT / "service/usecases/sighted/studies/export_files.py",
            ROOT / "service/usecases/sighted/generation/templates.py",
        ]
    else:
        found = [
            path
            for path in (ROOT / "service/web").rglob("*.py")
            if not any(room in str(path) for room in NOT_FOR_RATERS)
        ]
    for path in sorted(found):
        yield from _extracted("python", path)


def _extracted(method: str, path: Path) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    with path.open("rb") as stream:
        for _, text, _, _ in extract(method, stream, KEYWORDS, options={"silent": "false"}):
            yield str(path.relative_to(ROOT)), text


def _of_errors(domain: str) -> Iterator[tuple[str, str]]:
    for path, call, constants in raised(domain):
        told = call.args[0]
        text = constants.get(told.id) if isinstance(told, ast.Name) else told
        if not isinstance(text, ast.Constant):
            continue
        is_of_both = path.endswith("usecases/invites.py")
        if not is_of_both or (text.value in SIGHTED) is (domain == "sighted"):
            yield path, text.value


def raised(domain: str) -> Iterator[tuple[str, ast.Call, dict[str, ast.expr]]]:
    """Every making of an error with a message, in rooms that a side may reach."""
    for room in RAISING[domain]:
        at = ROOT / "service" / room
        for path in sorted(at.rglob("*.py")) if at.is_dir() else [at]:
            name = str(path.relative_to(ROOT))
            if domain == "rater" and any(room in name for room in NOT_FOR_RATERS):
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


def _of_defaults(domain: str) -> Iterator[tuple[str, str]]:
    if domain == "sighted":
        for choice in Choice:
            yield "service/domain/vote.py", choice.label("%(first)s", "%(second)s")
        yield "service/domain/vote.py", MODELS_VERDICT
        return
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
    """Write the templates, and update and compile every catalogue."""
    for domain in DOMAINS:
        found = template(domain)
        template_of(domain).write_bytes(written(found))
        for code in LANGUAGES:
            path = po_of(code, domain)
            old = read(path, code) if path.exists() else _empty(code, domain)
            # What was reworded is to be translated anew: a guess could be wrong and look finished.
            old.update(found, no_fuzzy_matching=True)
            old.revision_date = _MOMENT
            path.write_bytes(written(old))
            path.with_suffix(".mo").write_bytes(compiled(old))
            missing = [one.id for one in old if one.id and not (one.string and all(one.string))]
            print(f"{path.relative_to(ROOT)}: {len(old)} texts, {len(missing)} untranslated")


if __name__ == "__main__":
    main()
