from dataclasses import replace

from sqlalchemy import select

from service.domain.configuration import Approach, Configuration
from service.domain.prompt import Prompt
from service.formats.study_file import StudyFile
from service.usecases.sighted.generation import estimates
from service.usecases.sighted.studies import applying

LEAD = Configuration(name="Lead", approach=Approach.OTHER, model="offline/lead")
RANDOM = Configuration(name="Random", approach=Approach.OTHER, model="offline/random")
FILE = StudyFile(
    title="Summaries",
    name="summaries",
    configurations=(LEAD, RANDOM),
    prompts=(Prompt(turns=("One. Two.",)), Prompt(turns=("Three. Four.",), key="second")),
)


def rows(session, model):
    return session.scalars(select(model).order_by(model.id)).all()


class TestEstimate:
    def test_tells_calls_tokens_and_what_is_unknown(self, session, now):
        unknown = Configuration(name="Mine", model="openai/mine", endpoint="local")
        applying.apply(session, replace(FILE, configurations=(LEAD, unknown)), now)
        dry_run = estimates.estimate(session, "summaries")

        assert dry_run.calls == 4
        assert dry_run.unknown == ("Mine",)
        assert dry_run.tokens > 4 * 1024
