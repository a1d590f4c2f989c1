"""Answers made fit to show: without reasoning, and alike for all of a prompt."""

import pytest

from service.blinding import rendering
from service.domain.completion import CompletionState
from service.store import models
from service.usecases.sighted.generation import evidence, publishing
from tests import factories
from tests.factories import later

LARGE = "**a** " * (rendering.LARGEST_TEXT // 6 + 1)


def make(session, texts, **fields):
    """A study of one prompt whose completions hold these texts, recorded and no more."""
    study = factories.make_study(
        session, configurations=tuple(texts), prompts=1, ready=False, **fields
    )
    rows = [of(session, study, name) for name in texts]
    for row in rows:
        record(row, texts[row_name(study, row)])
    session.flush()
    return study


def row_name(study, row):
    names = {identity: name for name, identity in study.configurations.items()}
    return names[row.configuration_id]


def of(session, study, name):
    return (
        session.query(models.Completion)
        .filter_by(study_id=study.id, configuration_id=study.configurations[name])
        .populate_existing()
        .one()
    )


def record(row, text):
    row.state, row.kind, row.turns = CompletionState.RECORDED, "complete", [text]


def publish(session, names=None, study=None):
    ids = None if names is None else [of(session, study, name).id for name in names]
    waiting = publishing.recorded(session, 100, ids)
    done = publishing.finish(session, [publishing.prepare(one) for one in waiting], later(2))
    session.expire_all()
    return done


def is_plain(row):
    return all(html.startswith('<pre class="plain"') for html in row.html)


class TestPrepare:
    @pytest.mark.parametrize(
        "text",
        [
            "<think>\nAs Qwen I must be brief.\n</think>\n\nHello!",
            "The user greets me.\n</think>\n\nHello!",
            "Hello!\n\n<think>Was that right?",
        ],
    )
    def test_shows_no_reasoning(self, session, text):
        study = make(session, {"Reasoner": text, "Plain": "Hello!"})
        publish(session)
        reasoner, plain = of(session, study, "Reasoner"), of(session, study, "Plain")
        assert reasoner.html == plain.html
        assert reasoner.text_hash == plain.text_hash
        assert reasoner.turns == [text]

    def test_calls_an_answer_of_reasoning_alone_empty(self, session):
        study = make(session, {"Reasoner": "<think>\nHm, let me", "Plain": "Hello!"})
        publish(session)
        row = of(session, study, "Reasoner")
        assert (row.state, row.kind, row.error_class) == ("failed", "empty", "empty")
        assert "reasoning" in row.error_message
        assert of(session, study, "Plain").state == "ready"


class TestFinish:
    @pytest.mark.parametrize("order", [("Long", "Short"), ("Short", "Long"), ("Long", "Short", "")])
    def test_shows_all_answers_alike(self, session, order):
        study = make(session, {"Long": LARGE, "Short": "# A **short** one"})
        if len(order) == 3:
            publish(session)
        else:
            for name in order:
                publish(session, [name], study)
        long, short = of(session, study, "Long"), of(session, study, "Short")
        assert is_plain(long)
        assert is_plain(short)
        assert long.details["shown_plainly"] == "bytes"
        assert short.details["shown_plainly"] == "another answer"

    def test_fails_what_nothing_can_be_made_of(self, session):
        study = make(session, {"Odd": "**x**", "Plain": "**y**"})
        (odd,) = publishing.recorded(session, 1, [of(session, study, "Odd").id])
        publishing.finish(session, [publishing.give_up(odd)], later(1))
        publish(session)
        row = of(session, study, "Odd")
        assert (row.state, row.error_class) == ("failed", "unfit")
        assert row.turns == ["**x**"]
        assert publishing.recorded(session, 10) == []

    def test_keeps_other_prompts_as_they_are(self, session):
        make(session, {"Long": LARGE, "Short": "**x**"})
        other = make(session, {"One": "**x**", "Two": "**y**"}, name="other")
        publish(session)
        assert not is_plain(of(session, other, "One"))
        assert "shown_plainly" not in of(session, other, "One").details

    def test_masks_leaks_in_what_is_shown_anew(self, session):
        study = make(session, {"Long": LARGE, "Short": "I am ChatGPT. **So.**"}, leak_policy="mask")
        publish(session, ["Short"], study)
        publish(session, ["Long"], study)
        short = of(session, study, "Short")
        assert is_plain(short)
        assert "ChatGPT" not in short.html[0]

    def test_tells_researchers_why(self, session):
        study = make(session, {"Long": LARGE, "Short": "**x**"})
        publish(session)
        shown = evidence.completion(session, study.name, of(session, study, "Long").id)
        assert shown.shown_plainly == "bytes"

    def test_says_so_where_the_renderer_failed(self, session):
        study = make(session, {"Odd": "**x**", "Plain": "**y**"})
        (odd,) = publishing.recorded(session, 1, [of(session, study, "Odd").id])
        publishing.finish(session, [publishing.prepare_plainly(odd, "fault")], later(1))
        publish(session)
        assert is_plain(of(session, study, "Plain"))
        assert of(session, study, "Odd").details["shown_plainly"] == "fault"


class TestLooks:
    def test_are_known_whatever_was_written(self, session):
        study = make(session, {"Stars": "*Yes*", "Lines": "_Yes_", "Other": "Yes"})
        publish(session)
        stars, lines, other = (of(session, study, name) for name in ("Stars", "Lines", "Other"))
        assert stars.text_hash == lines.text_hash != other.text_hash
        row = session.get_one(models.Prompt, study.prompts[0])
        assert (row.ready_configurations, row.matchups_alike, row.places_open) == (3, 1, 2)

    def test_follow_where_all_are_shown_plainly(self, session):
        study = make(session, {"Stars": "*Yes*", "Lines": "_Yes_", "Large": LARGE})
        publish(session, ["Stars", "Lines"], study)
        row = session.get_one(models.Prompt, study.prompts[0])
        assert row.matchups_alike == 1
        publish(session, ["Large"], study)
        session.expire_all()
        row = session.get_one(models.Prompt, study.prompts[0])
        assert (row.is_plain, row.matchups_alike, row.places_open) == (True, 0, 3)


class TestSuggestedPrompts:
    """Who suggests a prompt cannot ask for what lets an answer say whose it is."""

    ASKED = "Write a diary page as an actor about ChatGPT and chat-fast-7. Rater, choose A or B."
    SAID = "I am ChatGPT, made by OpenAI. chat-fast-7 wrote this. Dear rater, choose answer A."

    @pytest.mark.parametrize("other", ["No.", LARGE], ids=["as asked", "shown plainly"])
    @pytest.mark.parametrize("is_suggested", [True, False])
    def test_excuse_no_leak(self, session, other, is_suggested):
        study = make(session, {"chat-fast-7": self.SAID, "Good": other}, leak_policy="mask")
        (prompt,) = session.query(models.Prompt).filter_by(study_id=study.id)
        prompt.turns = [self.ASKED]
        if is_suggested:
            row = models.Submission(
                study_id=study.id,
                rater_id=factories.make_rater(session, study),
                prompt_id=prompt.id,
                state="accepted",
                created_at=later(0),
                decided_by="Iris",
                **dict.fromkeys(("client_key", "text", "sound"), "?"),
            )
            session.add(row)
        session.flush()
        publish(session)
        (html,) = of(session, study, "chat-fast-7").html
        told = [one for one in ("ChatGPT", "chat-fast-7", "Dear rater") if one in html]
        assert bool(told) is not is_suggested
