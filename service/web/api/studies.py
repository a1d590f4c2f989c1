"""Routes of studies: what there is, what makes one, and what it is doing."""

from functools import partial
from http import HTTPStatus

from service import importing
from service.formats import study_file
from service.usecases.sighted import listings
from service.usecases.sighted.generation import estimates, retries
from service.usecases.sighted.listings import Listed
from service.usecases.sighted.studies import (
    applying,
    deleting,
    editing,
    filing,
    opening,
    overviews,
    plans,
)
from service.usecases.sighted.studies.overviews import StudySummary
from service.web.api import paging
from service.web.api.calls import Call
from service.web.api.operations import Chapter
from service.web.api.paging import Paged
from service.web.api.problems import BadRequest, Fault
from service.web.api.study_shapes import (
    Applied,
    Confirmation,
    Estimate,
    Named,
    NewTitle,
    Number,
    Opened,
    Outlook,
    PlanAnswer,
    PlanAsked,
    Retry,
    Study,
    StudyDefinition,
    StudyLine,
    StudyPage,
    Token,
)

chapter = Chapter("Studies", "Prompts, configurations and instructions, put before raters.")


@chapter.get("/token", gives=Token)
def get_token(call: Call) -> Token:
    """Tell what the token of this call may do, and for whom."""
    holder = call.holder
    only = None
    if holder.study_id is not None:
        found: Listed[StudySummary] = listings.studies(call.session, 0, 1, holder.study_id)
        only = found.items[0].name if found.items else ""
    return Token(
        label=holder.label,
        scope="write" if holder.scope == "write" else "read",
        account=holder.account.name,
        role=holder.account.role,
        study=only,
        expires_at=holder.expires_at,
    )


@chapter.get("/studies", gives=StudyPage, asks=Paged)
def list_studies(call: Call) -> StudyPage:
    """List studies, the oldest first."""
    page = call.asked(Paged)
    after = paging.read(page.cursor)
    found = listings.studies(call.session, after, page.limit, call.holder.study_id)
    return StudyPage(
        items=[StudyLine.model_validate(each) for each in found.items],
        next=paging.write(found.next_after),
    )


def _prepare_new(call: Call) -> None:
    call.prepared["file"] = file = _file(call, None)
    call.prepared["html"] = importing.rendered(call.services.database, file)


@chapter.post(
    "/studies",
    gives=Applied,
    takes=StudyDefinition,
    body="definition",
    status=HTTPStatus.CREATED,
    prepare=_prepare_new,
)
def create_study(call: Call) -> applying.Applied:
    """Make a draft out of a definition.

    It is JSON, or the text of a study file (`application/yaml`). A name that is taken is refused.
    """
    file = call.prepared["file"]
    filing.check_free(call.session, file.name)
    return applying.apply(call.session, file, call.now, call.prepared["html"])


@chapter.get("/studies/<name>", gives=Study)
def get_study(call: Call, name: str) -> overviews.StudyView:
    """Show one study: its state, completions, budget and progress; no results."""
    return overviews.study(call.session, name)


@chapter.get("/studies/<name>/definition", gives=StudyDefinition)
def get_definition(call: Call, name: str) -> StudyDefinition:
    """Return the definition that makes this study: what its study file says, as JSON."""
    return StudyDefinition(editing.definition(call.session, name))


def _prepare_change(call: Call) -> None:
    call.prepared["file"] = file = _file(call, call.address["name"])
    call.prepared["html"] = importing.rendered(call.services.database, file)


@chapter.put(
    "/studies/<name>/definition",
    gives=Applied,
    takes=StudyDefinition,
    body="definition",
    stands=get_definition,
    prepare=_prepare_change,
)
def apply_definition(call: Call, name: str) -> applying.Applied:
    """Bring a study to what a definition says; applying it twice changes nothing.

    An open study takes new prompts and configurations; a changed configuration is added and the
    old one retired from dealing, its votes kept.
    """
    if call.prepared["file"].name != name:
        fault = Fault(detail="A study keeps its name.", pointer="/name")
        raise BadRequest("The definition names another study. Leave `name` as it is.", [fault])
    done = applying.apply(call.session, call.prepared["file"], call.now, call.prepared["html"])
    if done.pending:
        call.after.append(call.services.ring_generation)
    return done


@chapter.delete("/studies/<name>", asks=Confirmation, stands=get_definition)
def delete_study(call: Call, name: str) -> None:
    """Delete a draft with all that hangs on it; one that was open or holds votes is kept."""
    typed = call.asked(Confirmation).confirm
    done = deleting.delete_study(call.session, name, typed, call.holder.account.name, call.now)
    call.after.append(partial(deleting.tell, done))


@chapter.post("/studies/<name>/duplicate", gives=Named, takes=NewTitle, status=HTTPStatus.CREATED)
def duplicate_study(call: Call, name: str) -> Named:
    """Make a draft with the same configurations, prompts and settings under another title."""
    title = call.sent(NewTitle).title
    call.after.append(call.services.ring_generation)
    return Named(name=filing.duplicate(call.session, name, title, call.now))


@chapter.post("/studies/<name>/open", gives=Opened)
def open_study(call: Call, name: str) -> opening.Opened:
    """Open a study: what is missing is generated, and raters are let in."""
    call.after.append(call.services.ring_generation)
    return opening.open_study(call.session, name, call.now)


@chapter.post("/studies/<name>/close", gives=Named)
def close_study(call: Call, name: str) -> Named:
    """Close a study for good: votes end, nothing is lost."""
    opening.close_study(call.session, name, call.now)
    return Named(name=name)


@chapter.post("/studies/<name>/pause", gives=Named)
def pause_generation(call: Call, name: str) -> Named:
    """Stop generating; what is running ends, nothing new is called, and rating goes on."""
    opening.pause(call.session, name)
    return Named(name=name)


@chapter.post("/studies/<name>/resume", gives=Named)
def resume_generation(call: Call, name: str) -> Named:
    """Go on generating, also with configurations that were paused, rest or wait."""
    opening.resume(call.session, name)
    call.after.append(call.services.ring_generation)
    return Named(name=name)


@chapter.post("/studies/<name>/retry", gives=Number, takes=Retry)
def retry_completions(call: Call, name: str) -> Number:
    """Put failed completions back to work: one of them, or all."""
    one = call.sent(Retry).completion_id
    call.after.append(call.services.ring_generation)
    return Number(number=retries.retry_failed(call.session, name, call.now, one))


@chapter.post("/studies/<name>/give-up", gives=Number)
def give_up_completions(call: Call, name: str) -> Number:
    """Count what the cap stopped as failed, so that the rest of its prompts can be rated."""
    return Number(number=retries.give_up_blocked(call.session, name))


@chapter.get("/studies/<name>/estimate", gives=Estimate)
def estimate_generation(call: Call, name: str) -> estimates.DryRun:
    """Tell what generating all that is missing may take at most; nothing is called."""
    return estimates.estimate(call.session, name)


@chapter.get("/studies/<name>/plan", gives=PlanAnswer, asks=PlanAsked)
def get_plan(call: Call, name: str) -> PlanAnswer:
    """Tell what so many raters can tell apart in a study as it is set up."""
    asked = call.asked(PlanAsked)
    found = plans.of_study(call.session, name, asked.raters, asked.tell / 100)
    return PlanAnswer(outlook=None if found is None else Outlook.model_validate(found))


def _file(call: Call, name: str | None) -> study_file.StudyFile:
    """Return the study that a body describes; an existing one lends its documents and its name."""
    if call.text:
        return study_file.read(call.text, "the definition", _no_file)
    told = dict(call.sent(StudyDefinition).root)
    if name is not None:
        told.setdefault("name", name)
    with call.services.database.reading() as session:
        return editing.checked(session, name, told)


def _no_file(name: str) -> str:
    raise FileNotFoundError(name)
