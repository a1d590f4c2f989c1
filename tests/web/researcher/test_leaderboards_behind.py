"""Every number that can be clicked opens exactly the votes that it counts."""

import random
import re
from datetime import timedelta
from html import unescape

import pytest

from service.database import now
from service.store import models
from service.usecases.blind import voting
from service.usecases.sighted.results import compute, fold
from tests import factories

NAMES = ("Ours", "Theirs", "Third", "Old")
CHOICES = ("left", "right", "left", "both_bad", "both_good", "left_much")
LINK = re.compile(r'href="(/studio/support-replies/matchup\?[^"]+)"([^>]*)>(.*?)</a>', re.DOTALL)


@pytest.fixture
def shown(studio):
    """A leaderboard of three that compete, with one retired after it was voted on."""
    made = studio.study(configurations=NAMES, prompts=4, votes_per_matchup=3)
    with studio.database.transaction() as session:
        moment = now(session)
        choices = random.Random(3)
        for name in range(6):
            rater = factories.make_rater(session, made, f"Rater {name}")
            dealt = factories.deal(session, rater, moment, choices, timedelta(minutes=5), most=9)
            for each in dealt:
                choice = choices.choice(CHOICES)
                voting.cast(session, rater, each.token, choice, each.token[:60], moment)
        while fold.fold(session, made.id):
            pass
        session.get_one(models.Configuration, made.configurations["Old"]).retired_at = moment
        session.flush()
        basis = compute.load(session, made.id, moment)
        compute.save(session, basis, compute.compute(basis), moment)
    return studio.page("support-replies/leaderboard")


def opened(studio, address: str) -> tuple[int, list[str]]:
    """Follow a link; return how many votes it says it shows, and their outcomes."""
    text = unescape(studio.client.get(unescape(address)).get_data(as_text=True))
    (number,) = re.findall(r"(\d+) counted votes?, prompt by prompt", text)
    return int(number), re.findall(r"<summary><b>(.*?)</b>", text)


def share(outcomes: list[str], name: str) -> float:
    """Return the share of a configuration in percent, every kind of tie counted half."""
    won = sum(outcome.startswith(f"{name} ") for outcome in outcomes)
    tied = sum(outcome in {"Both bad", "Both good"} for outcome in outcomes)
    return float(f"{100 * (won + tied / 2) / len(outcomes):.0f}")


class TestLinks:
    def test_open_as_many_votes_as_they_say_and_these(self, studio, shown):
        seen = 0
        for address, _, text in LINK.findall(shown):
            said = re.search(r"(\d+)\xa0% of (\d+) votes?", text)
            if said is None:
                continue
            number, outcomes = opened(studio, address)
            first = re.search(r"first=(\w+)", address).group(1)
            assert (number, len(outcomes)) == (int(said[2]), int(said[2])), address
            assert share(outcomes, first) == float(said[1]), address
            seen += 1
        # Two pairs on the card, or three, and a row for each configuration.
        assert seen >= 2 + len(NAMES)

    @pytest.mark.parametrize("kind", ["tied", "both_bad"])
    def test_of_ties_open_these_alone(self, studio, shown, kind):
        (found,) = [
            one
            for one in LINK.findall(shown)
            if f"outcomes={kind}" in one[0] and "first=" not in one[0]
        ]
        number, outcomes = opened(studio, found[0])
        assert number == len(outcomes) == int(found[2].split()[0])
        assert set(outcomes) <= {"Both bad", "Both good"}
        assert ("Both good" in outcomes) == (kind == "tied")

    def test_of_the_matrix_open_wins_losses_and_ties(self, studio, shown):
        cells = [found for found in LINK.findall(shown) if "aria-label" in found[1]]
        assert len(cells) == 12
        for address, label, _ in cells:
            won, lost, tied = map(int, re.findall(r"(\d+) (?:won|lost|tied)", label))
            number, outcomes = opened(studio, address)
            first, second = re.findall(r"(?:first|second)=(\w+)", address)
            assert number == won + lost + tied
            assert sum(outcome.startswith(first) for outcome in outcomes) == won
            assert sum(outcome.startswith(second) for outcome in outcomes) == lost

    def test_of_one_in_service_leave_the_retired_out(self, studio, shown):
        number, outcomes = opened(studio, "/studio/support-replies/matchup?first=Ours")
        assert number == len(outcomes) > 0
        assert not [outcome for outcome in outcomes if outcome.startswith("Old")]

    def test_of_a_retired_one_show_all_its_votes(self, studio, shown):
        (row,) = re.findall(r"first=(Old[^\"]*)\">(\d+)\xa0% of (\d+) votes", shown)
        number, _ = opened(studio, f"/studio/support-replies/matchup?first={row[0]}")
        assert number == int(row[2])
