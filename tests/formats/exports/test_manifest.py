import json

from service.formats.exports import manifest, policy, writing
from service.formats.exports.policy import Policy
from tests.formats.exports.judged import judged, votes
from tests.formats.exports.test_writing import write


class TestFinish:
    def test_tells_every_line_of_the_policy_so_that_it_can_be_followed_again(self, tmp_path):
        asked = Policy(least_agreement=0.6, ties="ignore", not_trained_on=("Tuned",), redacted=True)
        told = {**asked.told(), "countries": ["DE"]}
        given = policy.from_told(told)
        made = write(tmp_path / "out", judged(1), **vars(given))
        read = json.loads((tmp_path / "out" / manifest.MANIFEST).read_text())
        assert policy.from_told(read["policy"]) == given
        assert read == made
        assert read["policy"]["countries"] == ["DE"]
        assert policy.from_told({}) == Policy()

    def test_counts_personal_data_in_the_rows_that_were_written(self, tmp_path):
        made = write(
            tmp_path / "out",
            judged(1, first="Ask a@b.de."),
            judged(2, first="Ask c@d.de.", votes=votes(tie=1)),
            redacted=True,
        )
        assert made["redacted"] == {"e-mail": 1}
        assert b"a@b.de" not in (tmp_path / "out/train.jsonl").read_bytes()
        assert made["schema_version"] == manifest.SCHEMA_VERSION
        again = write(tmp_path / "plain", judged(1, first="Ask a@b.de."))
        assert again["redacted"] == {}


def test_names_of_parts_are_not_those_that_loaders_keep():
    assert manifest.WHOLE not in {"all", *writing.PARTS}
