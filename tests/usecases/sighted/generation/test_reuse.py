from service.domain.completion import Turn, together
from service.store import calls, models
from service.usecases.sighted.generation import reuse
from tests import factories

MODEL = {"model": "openai/x"}


def make(session, name, configurations=("Plain",), **fields):
    """Make a study that asks the same of the same model, whatever its name."""
    study = factories.make_study(
        session,
        name,
        configurations=configurations,
        prompts=1,
        ready=False,
        configuration_fields=dict.fromkeys(configurations, MODEL),
        **fields,
    )
    return [
        (
            session.query(models.Completion).filter_by(configuration_id=identity).one(),
            session.get_one(models.Configuration, identity),
            session.get_one(models.Prompt, study.prompts[0]),
        )
        for identity in study.configurations.values()
    ]


def answer(session, row, configuration, prompt, *turns, **fields):
    """Record an answer and keep its calls."""
    row.turns, row.state = [turn.text for turn in turns], "recorded"
    made = together(turns)
    calls.add(session, reuse.kept(session, row, (configuration, prompt), made))
    session.flush()


TURN = Turn("Because.", "stop", 10, 5, latency_ms=70)


class TestStored:
    def test_finds_what_was_asked_before_in_another_study(self, session):
        ((row, configuration, prompt),) = make(session, "first")
        answer(session, row, configuration, prompt, TURN)
        ((again, same, asked),) = make(session, "second")
        (turn,) = reuse.stored(session, again, same, asked)
        assert (turn.text, turn.prompt_tokens, turn.latency_ms) == ("Because.", 10, 70)
        assert turn.origin == session.query(models.Call).one().id

    def test_gives_an_answer_to_one_configuration_of_a_study(self, session):
        one, other = make(session, "first", ("Plain", "Twin"))
        answer(session, *one, TURN)
        assert reuse.stored(session, *other) == ()

    def test_finds_nothing_where_anything_differs(self, session):
        ((row, configuration, prompt),) = make(session, "first")
        answer(session, row, configuration, prompt, TURN)
        ((again, same, asked),) = make(session, "second")
        same.system_prompt = "Be brief."
        assert reuse.stored(session, again, same, asked) == ()


class TestKept:
    def test_keeps_what_stood_behind_an_answer(self, session):
        ((row, configuration, prompt),) = make(session, "first")
        row.turns = ["Because."]
        traced = Turn("Because.", "stop", 10, 5, trace={"tool": "search"})
        calls.add(session, reuse.kept(session, row, (configuration, prompt), together([traced])))
        session.flush()
        behind = session.get_one(models.Evidence, row.id)
        assert (behind.passages, behind.traces) == ([], [{"tool": "search"}])

    def test_keeps_no_evidence_where_there_is_none(self, session):
        ((row, configuration, prompt),) = make(session, "first")
        answer(session, row, configuration, prompt, TURN)
        assert session.query(models.Evidence).count() == 0
