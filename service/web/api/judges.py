"""Routes of judges, which models are, and of what can be claimed with and without them."""

import random
from http import HTTPStatus

from service.domain.budget import Cap
from service.domain.configuration import Price
from service.domain.judge_question import Scale
from service.reporting import doctor_words, judge_words
from service.reporting.words import ENGLISH
from service.usecases.sighted.judges import asking, diagnosing, making, pools, progress, reports
from service.usecases.sighted.judges.making import JudgeTold
from service.web.api.calls import Call
from service.web.api.judge_shapes import (
    Diagnosis,
    Judge,
    JudgeAsked,
    JudgeAudit,
    JudgeCap,
    JudgeChoice,
    JudgeDraw,
    JudgeGrade,
    JudgeGradeList,
    JudgeLine,
    JudgeList,
    JudgePrice,
    JudgeRun,
    JudgeTrust,
    JudgeVersionAsked,
    NewJudge,
    Statement,
)
from service.web.api.operations import Chapter
from service.web.api.study_shapes import Number

chapter = Chapter(
    "Judges", "Models that judge by one criterion, calibrated and measured by people."
)


@chapter.get("/studies/<name>/judges", gives=JudgeList, role="researcher")
def list_judges(call: Call, name: str) -> JudgeList:
    """List a study's judges."""
    found = making.every(call.session, name)
    return JudgeList(items=[JudgeLine.model_validate(each) for each in found])


@chapter.post("/studies/<name>/judges", gives=Judge, takes=NewJudge, status=HTTPStatus.CREATED)
def create_judge(call: Call, name: str) -> progress.JudgeView:
    """Make a judge with its first version; nothing is called before it is run."""
    sent = call.sent(NewJudge)
    told = JudgeTold(
        criterion=sent.criterion,
        model=sent.model,
        endpoint=sent.endpoint or None,
        rubric=sent.rubric,
        scale=Scale(sent.scale),
        price=_price(sent.price),
    )
    who = call.holder.account.name
    making.create(call.session, name, sent.judge, told, _cap(sent), who, call.now)
    return progress.of(call.session, name, sent.judge)


@chapter.get("/studies/<name>/judges/<judge>", gives=Judge, role="researcher")
def get_judge(call: Call, name: str, judge: str) -> progress.JudgeView:
    """Show how far a judge is, what it was told and what it took; nothing of its verdicts."""
    return progress.of(call.session, name, judge)


@chapter.post(
    "/studies/<name>/judges/<judge>/versions",
    gives=Judge,
    takes=JudgeVersionAsked,
    status=HTTPStatus.CREATED,
)
def edit_judge(call: Call, name: str, judge: str) -> progress.JudgeView:
    """Make the next version of a judge; what the last one said stays said."""
    sent = call.sent(JudgeVersionAsked)
    view = progress.of(call.session, name, judge)
    newest = view.newest
    # What another model costs is not what this one does.
    is_same = sent.model in {None, newest.model}
    known = Price(*newest.price) if newest.price and is_same else None
    told = JudgeTold(
        criterion=view.criterion if sent.criterion is None else sent.criterion,
        model=newest.model if sent.model is None else sent.model,
        endpoint=(newest.endpoint if sent.endpoint is None else sent.endpoint) or None,
        rubric=newest.rubric if sent.rubric is None else sent.rubric,
        scale=Scale(newest.scale),
        examples=newest.examples if sent.examples is None else tuple(sent.examples),
        price=_price(sent.price) or known,
    )
    making.edit(call.session, name, judge, told, call.holder.account.name, call.now)
    return progress.of(call.session, name, judge)


@chapter.put("/studies/<name>/judges/<judge>/cap", gives=Number, takes=JudgeCap)
def cap_judge(call: Call, name: str, judge: str) -> Number:
    """Set what a judge may take in all; so many calls that had stopped go on."""
    freed = making.set_cap(call.session, name, judge, _cap(call.sent(JudgeCap)), call.now)
    call.after.append(call.services.ring_generation)
    return Number(number=freed)


@chapter.post("/studies/<name>/judges/<judge>/run", gives=JudgeAsked, takes=JudgeRun)
def run_judge(call: Call, name: str, judge: str) -> asking.Asked:
    """Put matchups before a judge, in both orders: its two pools first, then drawn ones."""
    number, rng = call.sent(JudgeRun).matchups, random.SystemRandom()
    call.after.append(call.services.ring_generation)
    return asking.ask(call.session, name, judge, number, call.now, rng)


@chapter.post("/studies/<name>/judges/<judge>/pause", status=HTTPStatus.NO_CONTENT)
def pause_judge(call: Call, name: str, judge: str) -> None:
    """Have a judge rest; calls that run are finished."""
    making.pause(call.session, name, judge, is_paused=True)


@chapter.post("/studies/<name>/judges/<judge>/resume", status=HTTPStatus.NO_CONTENT)
def resume_judge(call: Call, name: str, judge: str) -> None:
    """Let a judge go on, whatever held it up."""
    making.pause(call.session, name, judge, is_paused=False)
    call.after.append(call.services.ring_generation)


@chapter.post("/studies/<name>/judges/<judge>/choose", gives=Number, takes=JudgeChoice)
def choose_matchups(call: Call, name: str, judge: str) -> Number:
    """Choose matchups that people grade, to calibrate a judge; so many were found."""
    sent, rng = call.sent(JudgeChoice), random.SystemRandom()
    source = pools.Source(sent.source)
    number = sent.number
    return Number(
        number=pools.choose(
            call.session, name, judge, source, number, call.now, rng, sent.prompt.strip()
        )
    )


@chapter.post("/studies/<name>/judges/<judge>/audit", gives=JudgeAudit, takes=JudgeDraw)
def draw_audit(call: Call, name: str, judge: str) -> pools.AuditStands:
    """Draw matchups that measure a judge; people's votes on them do."""
    number, rng = call.sent(JudgeDraw).number, random.SystemRandom()
    return pools.draw_audit(call.session, name, judge, number, call.now, rng)


@chapter.get("/studies/<name>/judges/<judge>/grades", gives=JudgeGradeList, role="researcher")
def list_judge_grades(call: Call, name: str, judge: str) -> JudgeGradeList:
    """List the graded matchups that calibrate a judge; people give grades on its page."""
    found = pools.graded(call.session, name, judge)
    return JudgeGradeList(items=[JudgeGrade.model_validate(each) for each in found])


@chapter.get(
    "/studies/<name>/judges/<judge>/report", gives=JudgeTrust, role="researcher", conflicts=True
)
def get_judge_report(call: Call, name: str, judge: str) -> JudgeTrust:
    """Say how far the newest version of a judge may be trusted; not while a study is sealed."""
    kept = reports.last(call.session, name, judge)
    if kept is None:
        return JudgeTrust(says=[], is_old=True, created_at=None, report=None)
    found = kept.report
    words = ENGLISH.naming(one.configuration for one in found.carried)
    lines = judge_words.lines(found, words)
    return JudgeTrust(
        says=[
            judge_words.headline(found, words),
            *(f"{line.name} ({line.word}): {' '.join(line.said)}" for line in lines),
        ],
        is_old=kept.is_old,
        created_at=kept.created_at,
        report=found,
    )


@chapter.get("/studies/<name>/doctor", gives=Diagnosis, conflicts=True)
def diagnose_study(call: Call, name: str) -> Diagnosis:
    """Say what can be claimed of a study now, and how much more would unblock the rest."""
    found = diagnosing.of_study(call.session, name)
    words = ENGLISH.naming(dict.fromkeys(of for one in found.statements for of in one.about))
    items = []
    for one in (*found.supported, *found.blocked):
        said = doctor_words.told(one, words)
        items.append(
            Statement(
                name=one.name,
                state="supported" if one.is_supported else "blocked",
                about=list(one.about),
                judge=one.judge,
                why=one.why,
                claim=said.claim,
                remark=said.remark,
            )
        )
    return Diagnosis(study=found.study, says=doctor_words.summary(found, words), items=items)


def _cap(sent: JudgeCap) -> Cap:
    return Cap(sent.usd, sent.calls, sent.tokens)


def _price(sent: JudgePrice | None) -> Price | None:
    return None if sent is None else Price(sent.read, sent.written)
