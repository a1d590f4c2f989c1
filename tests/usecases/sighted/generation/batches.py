"""A priced study whose completions wait, and what is done with a batch of them."""

from datetime import timedelta

from service.domain.completion import CompletionAnswer
from service.store import models
from service.usecases.sighted.generation import claims, publishing
from service.usecases.sighted.studies import invariants
from tests.factories import later

LEASE = timedelta(minutes=5)
PRICED = {"model": "openai/gpt-x", "price_input": 10**9, "price_output": 10**9}


def answer(text="A fine answer.", **fields):
    return CompletionAnswer(
        **{
            "turns": (text,),
            "finish_reason": "stop",
            "prompt_tokens": 10,
            "completion_tokens": 20,
            "latency_ms": 120,
            **fields,
        }
    )


def claim(session, minutes=0.0, limit=10):
    return claims.claim(session, limit, LEASE, later(minutes))


def finish_all(session):
    waiting = publishing.recorded(session, 100)
    return publishing.finish(session, [publishing.prepare(one) for one in waiting], later(2))


def state_of(session, request):
    session.expire_all()
    return session.get_one(models.Completion, request.completion_id)


def broken(session, minutes=1.0):
    session.flush()
    session.expire_all()
    return [line for check in invariants.check(session, later(minutes)) for line in check.broken]
