"""A study with configurations of several rungs, and what its completions became."""

import asyncio
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from service.cli import files
from service.database import now
from service.formats import study_file
from service.store import invariants, models
from service.usecases.sighted.studies import applying, opening
from workers import agents, llm
from workers import shift as shift_module

STUDY = """
title: Ladder
name: ladder
cap: {calls: 100, tokens: 1000000}
collections:
  handbook: {folder: handbook}
configurations:
  - name: Shown
    model: openai/shown
    endpoint: models
    system_prompt: Be brief.
    examples:
      - {user: "2 + 2?", assistant: "4"}
    parameters: {seed: 7}
    samples: 2
  - name: Handbook
    approach: retrieval
    model: openai/reader
    endpoint: models
    template: |-
      Use this:
      {{ passages }}
      {% for p in passages %}[{{ p.source }}]{% endfor %}
      {{ prompt }}
    retrieval: {collection: handbook, top_k: 1, passage_bytes: 200, overlap_bytes: 0}
  - name: Desk
    approach: agent
    agent: desk
    price: {call: 0.25}
prompts:
  - May I return a bicycle?
"""
HANDBOOK = {
    "returns.md": "You may return a bicycle within thirty days.",
    "sub/repairs.md": "A chain needs oil.",
}
TWIN = """  - name: Twin
    approach: agent
    agent: desk
    price: {call: 0.25}
"""
AGENT_ALONE = """
title: Alone
cap: {calls: 10}
configurations:
  - {name: Desk, approach: agent, agent: desk, price: {call: 0.25}}
  - {name: Imported}
prompts:
  - May I return a bicycle?
"""
REUSING = STUDY.replace("name: ladder", "name: ladder\nreuse: true")


def start(database, folder: Path, text: str = STUDY, **changes) -> int:
    told = study_file.read(text, "study.yaml", lambda _: "", files.below(folder))
    with database.transaction() as session:
        applying.apply(session, replace(told, **changes), now(session))
        opening.open_study(session, changes.get("name", told.name), now(session))
        found = session.scalars(select(models.Study.id).order_by(models.Study.id.desc()))
        return found.first()


def work(here) -> None:
    async def run():
        try:
            await shift_module.Shift(here).run()
        finally:
            await llm.close()
            await agents.close()

    with asyncio.Runner() as runner:
        runner.run(run())


def rows(database, study_id: int) -> dict[tuple[str, int], models.Completion]:
    with database.reading() as session:
        found = session.execute(
            select(models.Completion, models.Configuration.name)
            .join(
                models.Configuration,
                models.Configuration.id == models.Completion.configuration_id,
            )
            .where(models.Completion.study_id == study_id)
        ).all()
        session.expunge_all()
        return {(name, row.sample): row for row, name in found}


def all_rows(database, study_id: int) -> list[models.Completion]:
    with database.reading() as session:
        query = select(models.Completion).where(models.Completion.study_id == study_id)
        found = list(session.scalars(query))
        session.expunge_all()
        return found


def evidence(database, completion_id: int) -> models.Evidence | None:
    with database.reading() as session:
        found = session.get(models.Evidence, completion_id)
        session.expunge_all()
        return found


def count(database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def broken(database) -> list[str]:
    with database.reading() as session:
        moment = now(session)
        return [line for _, rule in invariants.RULES for line in rule(session, moment)]


def asked_of(server, model: str) -> list[dict]:
    return [body for body in server.seen()["bodies"] if body["model"] == model]
