import pytest

from service.formats import study_file, study_writer
from service.web.researcher import configuration_fields, fields
from tests.formats.test_study_writer import EVERYTHING

FORMS = {"settings": fields.SETTINGS, "configuration": configuration_fields.CONFIGURATION}


def sent(shown) -> dict[str, str]:
    """Return what a browser sends of a form: unticked boxes are left out."""
    told = {}
    for each in (each for _, every in shown for each in every):
        if each.field.kind == "pairs":
            for place, pair in enumerate(each.pairs):
                for side, text in zip(("user", "assistant"), pair, strict=True):
                    told[f"{each.field.name}-{place}-{side}"] = text
        elif each.field.kind != "tick" or each.value:
            told[each.field.name] = each.value
    return told


class TestFields:
    @pytest.mark.parametrize("groups", FORMS.values(), ids=FORMS)
    def test_have_names_of_their_own(self, groups):
        names = [each.name for each in fields.every(groups)]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("groups", FORMS.values(), ids=FORMS)
    def test_stand_for_fields_of_the_study_file(self, groups):
        schema = study_file.schema()
        known = {"settings": schema, "configuration": schema["$defs"]["configuration"]}
        owner = known["settings" if groups is fields.SETTINGS else "configuration"]["properties"]
        for each in fields.every(groups):
            found = owner[each.path[0]]
            for step in each.path[1:]:
                found = schema["$defs"].get(each.path[0], found)["properties"][step]
            if each.kind == "choice" and "enum" in found:
                assert {value for value, _ in each.options} - {""} <= set(found["enum"])
            else:
                assert found.keys() & {"type", "oneOf", "enum"}


class TestFill:
    def test_changes_nothing_of_what_was_shown(self):
        told = study_writer.told(study_file.read(EVERYTHING, "study.yaml", lambda _: ""))
        before = study_writer.text(told)
        fields.fill(told, fields.SETTINGS, sent(fields.show(fields.SETTINGS, told)))
        for entry in told["configurations"]:
            fields.fill(
                entry,
                configuration_fields.CONFIGURATION,
                sent(fields.show(configuration_fields.CONFIGURATION, entry)),
            )
        back = study_file.check(told, {})
        assert study_writer.text(study_writer.told(back)) == before

    @pytest.mark.parametrize(
        ("name", "typed", "read"),
        [
            ("votes_per_matchup", " 3 ", 3),
            ("votes_per_matchup", "3.5", 3.5),
            ("votes_per_matchup", "9" * 40, 1e40),
            ("votes_per_matchup", "many", "many"),
            ("repeats", "0,1", 0.1),
            ("criteria", "Clear\r\n\r\n Correct ", ["Clear", "Correct"]),
            ("probes", "of course\r\n", ["of course"]),
            ("title", "  A study ", "A study"),
            ("sealed", "on", True),
        ],
    )
    def test_reads_what_people_type(self, name, typed, read):
        told: dict = {}
        fields.fill(told, fields.SETTINGS, {name: typed, "ask_authors": "on"})
        assert told == {name: read}

    def test_takes_an_empty_field_out_and_its_group_with_the_last(self):
        told = {"cap": {"usd": 1, "calls": 2}, "instructions": "x", "sealed": True}
        fields.fill(
            told, fields.SETTINGS, {"cap-usd": "", "instructions": " ", "ask_authors": "on"}
        )
        assert told == {"cap": {"calls": 2}}
        fields.fill(told, fields.SETTINGS, {"cap-calls": "", "ask_authors": "on"})
        assert told == {}

    def test_leaves_what_is_no_json_to_be_refused(self):
        told: dict = {}
        for typed in ("[1", "[" * 100_000):
            fields.fill(
                told, configuration_fields.CONFIGURATION, {"parameters-response_format": typed}
            )
            assert told == {"parameters": {"response_format": typed}}

    def test_reads_pairs_and_leaves_empty_places_out(self):
        told: dict = {"examples": [{"user": "a", "assistant": "b"}]}
        form = {
            "examples-0-user": "",
            "examples-0-assistant": " ",
            "examples-1-user": "Why?\r\nWell?",
            "examples-1-assistant": "Because.",
        }
        fields.fill(told, configuration_fields.CONFIGURATION, form)
        assert told == {"examples": [{"user": "Why?\nWell?", "assistant": "Because."}]}
        fields.fill(told, configuration_fields.CONFIGURATION, {"name": "A"})
        assert "examples" in told


class TestShow:
    def test_keeps_what_was_typed_with_its_problem(self):
        shown = fields.show(fields.SETTINGS, {"title": "A"}, {"title": "B"}, {"title": "no"})
        first = shown[0][1][0]
        assert (first.value, first.problem) == ("B", "no")

    def test_keeps_half_a_pair_that_was_refused(self):
        typed = {"examples-0-user": "Why?", "examples-0-assistant": ""}
        shown = fields.show(configuration_fields.CONFIGURATION, {}, typed, {"examples": "no"})
        (pairs,) = [one for _, every in shown for one in every if one.field.kind == "pairs"]
        assert pairs.pairs[0] == ("Why?", "")
        assert (len(pairs.pairs), pairs.problem) == (3, "no")
