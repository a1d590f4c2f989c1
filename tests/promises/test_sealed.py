"""A sealed study shows no result: not on any sighted route, and by no command.

Routes come from the application's map and commands from the command line's own: a new one is
walked by itself, or fails here until the walk is told how to get there (`promises/sealed.py`).
"""

from itertools import product
from types import SimpleNamespace

import pytest

from service.database import now
from service.usecases import accounts, api_tokens
from service.web.api import application
from service.web.app import create_app
from tests import sighted_routes
from tests.promises import sealed

# Routes on which an unsealed study tells who is ahead; a walk that sees no difference is blind.
TELLING = (
    "leaderboard",
    "board",
    "leaderboard_json",
    "matchup",
    "download_plot",
    "list_decisions",
    "download_report",
    "show_study",
    "show_norming",
)
TELLING_COMMANDS = ("leaderboard", "export", "report", "study norming")


@pytest.fixture(scope="module")
def world(sqlite_file, tmp_path_factory):
    place = tmp_path_factory.mktemp("sealed")
    made = sealed.build(sqlite_file, place / "first")
    opened = []

    def make(name, *, turned, is_sealed):
        found = sealed.copy(place / "first", made, place / name, turned=turned, sealed=is_sealed)
        opened.append(found)
        return found

    yield make
    for each in opened:
        each.database.engine.dispose()


@pytest.fixture(scope="module")
def sealed_walks(world):
    """Every sighted request to a sealed study, in two worlds that differ in who is ahead."""
    worlds = [world(f"sealed-{turned}", turned=turned, is_sealed=True) for turned in (False, True)]
    return worlds, [dict(sealed.walk(each)) for each in worlds]


@pytest.fixture(scope="module")
def shown_walks(world):
    """All that is read of the same study, where it is unsealed."""
    worlds = [world(f"shown-{turned}", turned=turned, is_sealed=False) for turned in (False, True)]
    return worlds, [dict(sealed.walk(each, changes=False)) for each in worlds]


def endpoint_of(request):
    return request.split()[1].partition(".")[2]


class TestEveryRoute:
    def test_answers_alike_whoever_is_ahead(self, sealed_walks):
        _, (plain, turned) = sealed_walks
        assert plain.keys() == turned.keys()
        differ = [each for each in plain if plain[each] != turned[each]]
        assert [each for each in differ if each.split()[1] not in sealed.BY_CHANCE] == []

    def test_holds_no_rating_and_nothing_that_raters_or_deciders_wrote(self, sealed_walks):
        worlds, walks = sealed_walks
        for each, answers in zip(worlds, walks, strict=True):
            assert each.points
            hidden = [word.encode() for word in (*sealed.CANARIES, *each.points)]
            told = {
                request: word
                for request, answer in answers.items()
                for word in hidden
                if word in answer.body
            }
            assert told == {}

    def test_is_reached_by_the_walk(self, shown_walks):
        _, (plain, _) = shown_walks
        reached = {request.split()[1] for request, answer in plain.items() if answer.status < 400}
        asked = {request.split()[1] for request in plain if request.startswith("GET")}
        assert asked - reached == set()

    def test_would_be_caught_telling(self, shown_walks):
        worlds, (plain, turned) = shown_walks
        differ = {endpoint_of(each) for each in plain if plain[each] != turned.get(each)}
        assert set(TELLING) - differ == set()
        bodies = b"".join(answer.body for answer in plain.values())
        for word in (*sealed.CANARIES, *worlds[0].points):
            assert word.encode() in bodies, word


class TestEveryCommand:
    def test_prints_the_same_whoever_is_ahead_and_nothing_hidden(self, world, monkeypatch):
        worlds = [world(f"typed-{turned}", turned=turned, is_sealed=True) for turned in (0, 1)]
        plain, turned = (dict(sealed.type_all(each, monkeypatch.setenv)) for each in worlds)
        assert plain.keys() == turned.keys()
        assert [each for each in plain if plain[each] != turned[each]] == []
        hidden = [word.encode() for word in (*sealed.CANARIES, *worlds[0].points)]
        assert {each: w for each, said in plain.items() for w in hidden if w in said} == {}

    def test_would_be_caught_telling(self, world, monkeypatch):
        worlds = [world(f"told-{turned}", turned=turned, is_sealed=False) for turned in (0, 1)]
        only = (*TELLING_COMMANDS, "flags")
        plain, turned = (dict(sealed.type_all(each, monkeypatch.setenv, only)) for each in worlds)
        differ = [each for each in plain if plain[each] != turned.get(each)]
        quiet = [
            name for name in TELLING_COMMANDS if not any(each.startswith(name) for each in differ)
        ]
        assert quiet == []
        assert b"kanari-note" in b"".join(plain.values())


class TestAddresses:
    def test_fails_for_a_route_that_takes_what_the_walk_does_not_know(self, sealed_walks):
        worlds, _ = sealed_walks
        app = create_app(worlds[0].app.extensions["evenhand"].settings, worlds[0].database)
        app.add_url_rule("/studio/<name>/secret/<slice_of>", "studio.planted", lambda **_: "")
        (planted,) = [
            rule for rule in sighted_routes.every(app) if rule.endpoint == "studio.planted"
        ]
        with pytest.raises(sighted_routes.UnknownVariable, match="slice_of"):
            sighted_routes.addresses(planted, worlds[0].values)


# What changes are asked with through the API, several where one shows different things; else {}.
ASKED = {
    "choose_matchups": ({"source": "hard"}, {"source": "divided"}, {"number": 1}),
    "create_export": ({"format": "csv"}, {"format": "raw"}),
    "create_judge": ({"judge": "brief", "criterion": "x", "model": "offline/lead", "usd": 1},),
    "create_share": ({"days": 3},),
    "draw_audit": ({"number": 2},),
    "edit_judge": ({"rubric": "y"},),
    "split_criterion": ({"title": "In parts", "criteria": ["Kind"]},),
    "record_decision": ({"chosen": "Plain", "decided_by": "Ada", "reason": "x"},),
    "review_leak": ({"verdict": "accept"},),
}
# They unseal on purpose, close it, or answer with what was drawn by chance.
NOT_ASKED = ("unseal_study", "close_study", "create_invite", "create_invites", "create_webhook")


def ask_api(world, *, changes=False):
    """Yield every request to the API that reads, or changes, with its answer."""
    with world.database.transaction() as session:
        moment = now(session)
        owner = accounts.ensure_operator(session, moment)
        token, _ = api_tokens.make(session, owner, "walk", "write", None, 1, moment)
    values = {
        **world.values,
        "configuration": ("Plain",),
        "completion": world.values["completion_id"],
        "leaderboard": ("1",),
        "prompt": ("some",),
        "flag": ("1",),
    }
    client = world.app.test_client()
    for operation in sorted(application.operations(), key=lambda one: one.method == "DELETE"):
        if operation.is_read is changes or operation.id in NOT_ASKED:
            continue
        rule = SimpleNamespace(rule=f"{application.AT}{operation.path}")
        bodies = ASKED.get(operation.id, ({},)) if changes else (None,)
        for address, body in product(sighted_routes.addresses(rule, values), bodies):
            answer = client.open(
                address,
                method=operation.method,
                headers={"Authorization": f"Bearer {token}"},
                json=body,
            )
            yield f"{operation.id} {address} {body}", sealed.masked(answer.data, world)


class TestEveryRouteOfTheApi:
    def test_answers_alike_whoever_is_ahead_and_tells_nothing_hidden(self, sealed_walks):
        worlds, _ = sealed_walks
        told = [dict(ask_api(each)) for each in worlds]
        assert len(told[0]) > 20
        differ = {one.split()[0] for one in told[0] if told[0][one] != told[1][one]}
        assert differ <= {"list_invites"}, "its handles are drawn by chance"
        for each, answers in zip(worlds, told, strict=True):
            hidden = [word.encode() for word in (*sealed.CANARIES, *each.points)]
            assert {one: w for one, body in answers.items() for w in hidden if w in body} == {}

    def test_answers_changes_alike_too(self, world):
        worlds = [world(f"asked-{turned}", turned=turned, is_sealed=True) for turned in (0, 1)]
        told = [dict(ask_api(each, changes=True)) for each in worlds]
        assert len(told[0]) > 30
        assert any(b'"name":"brief"' in body for body in told[0].values()), "it changes nothing"
        assert [one for one in told[0] if told[0][one] != told[1][one]] == []
        for each, answers in zip(worlds, told, strict=True):
            hidden = [word.encode() for word in (*sealed.CANARIES, *each.points)]
            assert {one: w for one, body in answers.items() for w in hidden if w in body} == {}

    def test_would_be_caught_telling(self, shown_walks):
        worlds, _ = shown_walks
        told = [dict(ask_api(each)) for each in worlds]
        differ = {one.split()[0] for one in told[0] if told[0][one] != told[1][one]}
        assert {"list_votes", "get_latest_leaderboard"} - differ == set()
