"""A study with answers and a judge before it, and calls of the judge answered by a rule."""

import json
import random
from collections.abc import Callable

from service.domain.budget import Cap
from service.domain.completion import CompletionFailure
from service.domain.configuration import Price
from service.store import models
from service.usecases.sighted.generation import claims
from service.usecases.sighted.judges import asking, making, pools, verdicts
from service.usecases.sighted.judges.making import JudgeTold
from service.usecases.sighted.judges.pools import Source
from tests import factories
from tests.domain.test_judge_question import blocks
from tests.usecases.sighted.generation import batches

PRICE = Price(1.0, 2.0)
TOLD = JudgeTold("Helpfulness", "openai/judge-1", price=PRICE)
NAME = "helpful"


def study(session, **fields):
    return factories.make_study(
        session,
        **{
            "configurations": ("Plain", "Retrieval", "Tuned"),
            "prompts": 6,
            "text": lambda who, number: f"It says {number}. " + "More. " * ord(who[0]),
            **fields,
        },
    )


def create(session, made, name=NAME, told=TOLD, cap=None):
    return making.create(
        session, made.name, name, told, cap or Cap(usd=5), "Ada", factories.later(0)
    )


def choose(session, made, number=5, source=Source.DRAWN, **more):
    rng = random.Random(3)
    return pools.choose(session, made.name, NAME, source, number, factories.later(1), rng, **more)


def draw_audit(session, made, number=4):
    return pools.draw_audit(session, made.name, NAME, number, factories.later(1), random.Random(4))


def grade_all(session, made, who="Ada"):
    """Grade everything: the longer text is the better one."""
    number = 0
    while sheet := pools.next_to_grade(session, made.name, NAME, who):
        longer = len(sheet.a[0]) > len(sheet.b[0])
        given = (5, 2) if longer else (1, 4)
        pools.grade(
            session, made.name, NAME, sheet.number, who, given, "It says more.", factories.later(2)
        )
        number += 1
    return number


def ask(session, made, wanted=4):
    return asking.ask(session, made.name, NAME, wanted, factories.later(3), random.Random(5))


def longer_wins(shown):
    a, b = (len(shown[f"answer {side}"]) for side in "AB")
    verdict = "tie" if a == b else "A" if a > b else "B"
    told = {"A": (5, 2), "B": (2, 5), "tie": (3, 3)}[verdict]
    return json.dumps({"reason": "Length.", "a": told[0], "b": told[1], "verdict": verdict})


def answer_all(
    session, rule: Callable[[dict[str, str]], object] = longer_wins, limit=1000, minutes=4
):
    """Answer every call that may be made; a rule may return a text or a failure."""
    requests = claims.claim(session, limit, batches.LEASE, factories.later(minutes))
    for request in requests:
        said = rule(blocks(request.user_turns[0]))
        if isinstance(said, CompletionFailure):
            factories.record_failure(session, request, said, factories.later(minutes), 0.5)
        else:
            factories.record(session, request, batches.answer(said), factories.later(minutes))
    batches.finish_all(session)
    verdicts.read_answers(session, [request.completion_id for request in requests])
    session.expire_all()
    return requests


def judgements(session):
    return session.query(models.Judgement).order_by(models.Judgement.id).all()
