import yaml

from service.formats.exports import columns, kinds, policy
from service.formats.exports.policy import Policy
from tests.formats.exports.judged import judged

PYTHON = {"text": str, "texts": list, "number": float, "count": int, "truth": bool}


class TestInCard:
    def test_declares_what_rows_hold_in_every_format_that_has_types(self):
        given = Policy(wins_as_labels=True)
        kept = policy.keep(judged(leads={"tone": 0.5}), given)
        typed = [form for form in kinds.FORMATS.values() if form.columns]
        assert len(typed) == 9
        for form in typed:
            for row in form.rows(kept, given):
                assert list(row) == list(form.columns)
                for name, kind in form.columns.items():
                    assert type(row[name]) is PYTHON.get(kind, list), (form.name, name)
                    for each in row[name] if kind in columns.OBJECTS else ():
                        assert list(each) == list(columns.OBJECTS[kind])
            declared = yaml.safe_load(f"features:\n{columns.in_card(form.columns)}")["features"]
            assert [each["name"] for each in declared] == list(form.columns)
