import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.domain import preregistration, records
from service.domain.preregistration import (
    Deviation,
    Intent,
    Plan,
    Preregistration,
    Registered,
    Since,
)

AT = datetime(2026, 3, 12, tzinfo=UTC)
PLAN = Plan(
    votes_per_matchup=1,
    votes_per_rater=0,
    dealing="uniform",
    incumbent=None,
    counts_sighted=False,
    repeats=0.05,
    withdraws_flagged=False,
    flags_to_withdraw=2,
    criteria=(),
    grades="none",
)
DECLARED = Preregistration(
    form=preregistration.FORM,
    study="replies",
    title="Replies",
    instructions="Choose.",
    question="Is retrieval worth it? ü",
    margin=5,
    exclusions="Who is faster than anybody reads.",
    end_votes=200,
    end_date=None,
    is_sealed=True,
    plan=PLAN,
    configurations=(Registered("A", "aa", "prompt", "x/y"), Registered("B", "bb", "other", None)),
    prompts=2,
    prompts_sha256=preregistration.digest_of_prompts(["p", "q"]),
    prompt_set="",
    opened_at=AT.isoformat(),
)


class TestText:
    def test_is_the_same_whatever_order_it_was_made_in_and_reads_back(self):
        assert preregistration.from_text(DECLARED.text) == DECLARED
        assert DECLARED.text.isascii()
        assert DECLARED.text.endswith("}\n")

    def test_has_the_hash_of_its_file(self):
        known = hashlib.sha256(DECLARED.text.encode()).hexdigest()
        assert preregistration.digest(DECLARED.text) == known
        assert preregistration.digest(replace(DECLARED, margin=6).text) != known

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"form": 1}'])
    def test_refuses_what_is_no_such_document(self, text):
        with pytest.raises((records.Unreadable, ValueError)):
            preregistration.from_text(text)


class TestDigestOfPrompts:
    def test_knows_prompts_in_any_order_and_tells_others_apart(self):
        assert preregistration.digest_of_prompts(["q", "p"]) == DECLARED.prompts_sha256
        assert preregistration.digest_of_prompts(["pq"]) != DECLARED.prompts_sha256


class TestIntent:
    def test_keeps_what_is_not_usual(self):
        assert Intent().to_stored() == {}
        wanted = Intent(question="Which?", margin=8)
        assert wanted.to_stored() == {"question": "Which?", "margin": 8}
        assert preregistration.intent_of(wanted.to_stored()) == wanted
        assert preregistration.intent_of(None) == Intent()


NOTHING = Since()


def found(since=NOTHING, **changed):
    return preregistration.deviations(DECLARED, replace(DECLARED, **changed), since)


class TestDeviations:
    def test_are_none_where_all_came_as_declared(self):
        assert found() == ()

    def test_name_what_competes_otherwise(self):
        a, b = DECLARED.configurations
        now = (replace(a, fingerprint="new"), replace(b, name="C"))
        assert found(configurations=now) == (
            Deviation("configurations_added", ("C",), 1),
            Deviation("configurations_retired", ("B",), 1),
            Deviation("configurations_changed", ("A",), 1),
        )

    def test_name_a_bounded_number(self):
        many = tuple(Registered(f"N{n}", "x", "prompt", None) for n in range(50))
        (added,) = found(configurations=(*DECLARED.configurations, *many))
        assert (len(added.names), added.number) == (preregistration.MOST_NAMED, 50)

    def test_count_prompts(self):
        other = preregistration.digest_of_prompts(["p", "q", "r"])
        assert found(prompts=3, prompts_sha256=other) == (Deviation("prompts_added", number=1),)
        assert found(prompts_sha256=other) == (Deviation("prompts_changed"),)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("margin", 9), ("question", ""), ("exclusions", "x"), ("is_sealed", False), ("title", "")],
    )
    def test_name_a_setting_that_changed(self, field, value):
        assert found(**{field: value}) == (Deviation("settings_changed", (field,), 1),)

    def test_name_what_changed_in_the_plan(self):
        changed = replace(PLAN, counts_sighted=True, grades="only")
        names = ("counts_sighted", "grades")
        assert found(plan=changed) == (Deviation("settings_changed", names, 2),)

    def test_say_that_the_end_moved(self):
        for moved in ({"end_votes": 100}, {"end_votes": None}, {"end_date": "2026-12-31"}):
            assert found(**moved) == (Deviation("end_moved"),)

    def test_say_what_was_done_by_hand(self):
        since = Since(3, ("too fast", "one side"), 2, AT, AT, "ada", "the boss asked")
        assert [each.code for each in found(since)] == [
            "excluded_by_hand",
            "lifted_by_hand",
            "closed_early",
            "unsealed_early",
        ]
        out, _, _, unsealed = found(since)
        assert (out.number, out.because) == (3, "too fast; one side")
        assert (unsealed.names, unsealed.at, unsealed.because) == (("ada",), AT, "the boss asked")
