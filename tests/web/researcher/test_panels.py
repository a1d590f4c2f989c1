from service.domain.judge_report import Disagreement
from service.reporting.words import ENGLISH
from service.usecases.sighted.results.disputed import Disputed
from service.web.researcher import panels


class TestOfDisputed:
    def test_says_what_people_and_the_judge_prefer(self):
        found = Disagreement("k", "p7", "Plain", "Tuned", (1, 0, 4), "first")
        (line,) = panels.of_disputed([Disputed("helpful", found)], ENGLISH)
        assert (line.prompt, line.judge) == ("p7", "helpful")
        assert line.said == "4 of 5 votes prefer Tuned, the judge Plain."
