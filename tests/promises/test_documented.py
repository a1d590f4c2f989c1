"""What documents say holds: settings, commands, targets, words, links, examples."""

import asyncio
import configparser
import enum
import importlib
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import SecretStr

from service import cli, supervisor
from service.cli import files
from service.domain import configuration
from service.domain.completion import CompletionRequest
from service.formats import completions, study_file, votes
from service.formats.exports import kinds
from service.formats.rows import RowError
from service.settings import Settings
from service.store.models import Model
from service.web import security
from service.web.api import application
from tests.fakes import programs
from workers import agents, providers

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"
EXAMPLE_FILES = sorted(path for path in EXAMPLES.rglob("*.*") if "__pycache__" not in str(path))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "deploy").glob("*.md")])
ROLES = {"Viewer, researcher, admin"}
# Not settings of ours: compose's own, and keys, of which only two stand for all.
OTHER_NAMES = {"POSTGRES_PASSWORD"}
MAY_HOLD_SECRETS = {"DATABASE_URL", "REDIS_URL"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(document: Path) -> str:
    """Blocks of shell code and inline code, one per line."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return "\n".join(
        [*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]
    )


def env_example() -> dict[str, tuple[str, str]]:
    """Every name of env.example with the value it stands with and the comment above it."""
    lines = read("deploy/env.example").splitlines()
    told = {}
    for number, line in enumerate(lines):
        found = re.match(r"(?:# )?([A-Z][A-Z_]+)=(.*)", line)
        if found:
            told[found[1]] = (found[2], lines[number - 1])
    return told


class TestEnvExample:
    def test_has_every_setting_with_a_line_of_comment(self):
        for name in Settings.model_fields:
            _, above = env_example()[name.upper()]
            assert re.match(r"# [A-Z].*[.:,]", above), name

    def test_has_no_name_that_nobody_reads(self):
        known = {name.upper() for name in Settings.model_fields} | OTHER_NAMES
        strange = {
            name
            for name in env_example()
            if name not in known
            and name.removesuffix("_FILE") not in known
            and not name.removesuffix("_FILE").endswith("_API_KEY")
        }
        assert strange == set()

    def test_hints_at_files_for_secrets(self):
        secret = {
            name.upper()
            for name, field in Settings.model_fields.items()
            if field.annotation is SecretStr
        }
        assert secret == {"SECRET_KEY"}
        for name in secret | MAY_HOLD_SECRETS | {"OPENAI_API_KEY"}:
            assert f"{name}_FILE" in env_example()

    @pytest.mark.parametrize("name", Settings.model_fields)
    def test_tells_the_default(self, name):
        default = Settings.model_fields[name].default
        _, above = env_example()[name.upper()]
        told = above.rpartition("Default: ")[2]
        if isinstance(default, bool | int | float | Path) or (isinstance(default, str) and default):
            number = f"{default:g}" if isinstance(default, float) else str(default)
            assert told.lower() == number.lower()
        else:
            assert "Default: " in above

    def test_has_what_compose_asks_for(self):
        asked = set(re.findall(r"\$\{([A-Z_]+)", read("deploy/compose.yaml")))
        assert asked - set(env_example()) == set()

    def test_can_be_used_as_it_is(self):
        text = read("deploy/env.example")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert Settings.from_environ(dict(line.split("=", 1) for line in lines)) == Settings()


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(read("deploy/compose.yaml"))["services"]
    return found


class TestNames:
    def test_security_lists_every_column_that_may_name_a_person(self):
        """Raters, researchers and what they write freely; names of studies and files are none."""
        people = {"rater", "rater_detail", "invite", "account", "reason", "flag", "exclusion"}
        people |= {"session", "sign_in_link", "skip", "mark", "vote", "hunch", "decision", "share"}
        people |= {"submission", "norming_panel", "prompt_draft", "set_version"}
        free = {
            "name",
            "note",
            "label",
            "reason",
            "because",
            "email",
            "lifted_by",
            "decided_by",
            "recorded_by",
            "released_by",
        }
        found = {
            f"{table.name}.{column.name}"
            for table in Model.metadata.tables.values()
            for column in table.columns
            if table.name in people
            and (column.name in free or column.name.endswith(("_because", "_name", "_note")))
        }
        told = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", read("SECURITY.md")))
        assert len(found) >= 8
        assert found - told == set()


class TestCompose:
    def test_takes_files_where_the_application_does(self):
        (told,) = re.findall(r"location ~ (\S+) \{", read("deploy/nginx.conf"))
        of_api = [f"/api/v1{one.path}" for one in application.operations() if one.body == "file"]
        files = [path.replace("<name>", "a") for path in of_api]
        files += ["/studio/a/upload", "/studio/_sets/upload", "/studio/_drafts/upload"]
        files += ["/studio/a/configuration/documents"]
        assert len(files) >= 7
        for path in (*files, "/studio/a/uploads/b", "/api/v1/prompt-drafts/text", "/rate/a/next"):
            takes = path in files
            assert (security.takes_files(path), bool(re.search(told, path))) == (takes, takes), path

    def test_believes_its_own_proxy_and_no_other_about_addresses(self):
        """Else all who rate have the proxy's address, and a bound for each is one for all."""
        assert services()["web"]["environment"]["PROXIES"] == "1"
        told = re.findall(r"proxy_set_header X-Forwarded-For (.*);", read("deploy/nginx.conf"))
        assert told == ["$remote_addr"]
        assert "ports" not in services()["web"]

    def test_opens_ports_on_loopback_only(self):
        ports = [port for each in services().values() for port in each.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_lets_requests_in_through_the_proxy_alone(self):
        """Ours alone is no front for strangers: the proxy takes requests whole."""
        opened = {name for name, each in services().items() if "ports" in each}
        assert opened == {"proxy"}
        (volume,) = services()["proxy"]["volumes"]
        kept, _, _ = volume.partition(":")
        settings = read(f"deploy/{kept.removeprefix('./')}")
        assert "proxy_pass http://web:8000;" in settings
        assert "proxy_request_buffering on;" in settings
        assert f"client_max_body_size {security.MAX_BODY_BYTES >> 20}m;" in settings
        assert f"client_max_body_size {security.MAX_UPLOAD_BYTES >> 20}m;" in settings

    def test_serves_as_make_run_does(self):
        (command,) = re.findall(r"exec granian (.*?)\"", read("deploy/Dockerfile"))
        ours = " ".join(supervisor.web_arguments(Settings(web_workers=7)))
        for own in (r"--host \S+", r"--workers (\$\(.*\)|\d+)", "--workers-kill-timeout 2"):
            command, ours = re.sub(own, "", command), re.sub(own, "", ours)
        assert sorted(command.split()) == sorted(ours.split())

    def test_gives_keys_to_the_worker_that_calls_and_to_nobody_else(self):
        holders = [name for name, each in services().items() if "env_file" in each]
        assert holders == ["worker-completions"]

    def test_names_targets_that_the_dockerfile_has(self):
        targets = {each["build"]["target"] for each in services().values() if "build" in each}
        assert targets == {"web", "worker"}
        for target in targets:
            assert f"AS {target}\n" in read("deploy/Dockerfile")


def commands_of(document: Path) -> list[str]:
    """Every `evenhand …` that a document tells to type."""
    found = re.findall(r"(?:^|[ /`])evenhand(?: +[^`\n#<]+|$)", code_of(document), re.MULTILINE)
    return [command.strip(" /`").removeprefix("evenhand").strip() for command in found]


def resolve(command: str, *, is_whole: bool = False) -> None:
    """Follow a command's words into the command line's tree, options and arguments included.

    Prose may name a command without its arguments.
    """
    words = shlex.split(command)
    at: click.Command = cli.cli
    while isinstance(at, click.Group) and words:
        inner = at.get_command(click.Context(at), words.pop(0))
        assert inner is not None, command
        at = inner
    known = {option for each in at.params for option in each.opts}
    given = [word for word in words if word.startswith("--")]
    assert set(given) - known - {"--help"} == set(), command
    if (words or is_whole) and not isinstance(at, click.Group):
        takes_value = {
            option
            for each in at.params
            if isinstance(each, click.Option) and not each.is_flag
            for option in each.opts
        }
        places = len([each for each in at.params if isinstance(each, click.Argument)])
        values = sum(option in takes_value for option in given)
        assert len(words) - len(given) - values == places, command


def leaves(group: click.Group, prefix: str = "") -> list[str]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        here, command = f"{prefix}{name}", group.get_command(context, name)
        found += leaves(command, f"{here} ") if isinstance(command, click.Group) else [here]
    return found


class TestCommands:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
    def test_of_documents_exist(self, document):
        for command in commands_of(document):
            resolve(command)

    def test_are_found_in_documents(self):
        assert len(commands_of(ROOT / "README.md")) > 20

    def test_all_stand_in_the_readme(self):
        told = commands_of(ROOT / "README.md")
        assert [
            name for name in leaves(cli.cli) if not any(each.startswith(name) for each in told)
        ] == []

    @pytest.mark.parametrize(
        "wrong", ["stduy list", "study apply", "invite STUDY --for-ever", "leaderboard A B"]
    )
    def test_that_are_wrong_are_noticed(self, wrong):
        with pytest.raises(AssertionError):
            resolve(wrong, is_whole=True)


class TestTargets:
    TARGETS = frozenset(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))

    @pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
    def test_of_documents_exist(self, document):
        told = set(re.findall(r"(?:^|[ ])make +([a-z][a-z-]*)", code_of(document), re.MULTILINE))
        assert told - self.TARGETS == set()

    def test_of_the_readme_come_first(self):
        assert re.search(r"^make run .*\nmake test ", read("README.md"), re.MULTILINE)


class TestExports:
    def test_tell_of_every_format(self):
        told = set(re.findall(r"`([a-z-]+)`", read("docs/exports.md")))
        assert set(kinds.FORMATS) - told == set()


class TestTheMap:
    def test_names_every_module_of_the_sighted_use_cases(self):
        sighted = ROOT / "service/usecases/sighted"
        of_text = re.MULTILINE | re.DOTALL
        (block,) = re.findall(r"^```\n(studies/\n.*?)^```", read("ARCHITECTURE.md"), of_text)
        told = re.split(r"^(\w+)/$", block, flags=re.MULTILINE)[1:]
        for room, lines in zip(told[::2], told[1::2], strict=True):
            words = re.sub(r"^ {2}\w+( \w+)? {2,}", "", lines, flags=re.MULTILINE)
            modules = {path.stem for path in (sighted / room).glob("[a-z]*.py")}
            assert modules - set(re.findall(r"\w+", words)) == set(), room
        assert set(told[::2]) == {path.parent.name for path in sighted.glob("*/__init__.py")}


def glossary() -> dict[str, tuple[str, str, str]]:
    """Terms of ARCHITECTURE.md: what they mean, what not to say, where the code has them."""
    rows = re.findall(
        r"^\| \*\*(.+?)\*\* \| (.*?) \| (.*?) ?\| `(.+?)` \|$",
        read("ARCHITECTURE.md"),
        re.MULTILINE,
    )
    return {term: (meaning, instead, place) for term, meaning, instead, place in rows}


def look_up(place: str) -> object:
    """Return the module or member that a dotted name means."""
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError:
        module, _, member = place.rpartition(".")
        return getattr(importlib.import_module(module), member)


def class_names() -> set[str]:
    found: set[str] = set()
    for room in ("service", "workers"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r"^class _?(\w+)", path.read_text("utf-8"), re.MULTILINE))
    return found


class TestGlossary:
    def test_has_the_words_of_the_house(self):
        assert set(glossary()) >= {
            "Study", "Configuration", "Approach", "Prompt", "Completion", "Matchup", "Assignment",
            "Sides", "Vote", "Choice", "Skip", "Flag", "Outcome", "Rater", "Rating",
            "Leaderboard", "Leak", "Export", *ROLES,
        }  # fmt: skip

    @pytest.mark.parametrize("term", glossary())
    def test_names_a_place_that_exists(self, term):
        assert look_up(glossary()[term][2]) is not None

    @pytest.mark.parametrize("term", glossary())
    def test_lists_the_values_that_the_code_has(self, term):
        meaning, _, place = glossary()[term]
        there = look_up(place)
        if isinstance(there, enum.EnumType):
            there = tuple(str(value) for value in there)
        told = set(re.findall(r"`([a-z_-]+)`", meaning))
        if isinstance(there, tuple) and term not in ROLES:
            assert told == set(there)
        elif isinstance(there, tuple):
            assert term.lower().split(", ") == list(there)

    def test_words_not_to_say_name_no_class(self):
        banned = {
            word.strip().capitalize()
            for _, instead, _ in glossary().values()
            for word in instead.split(",")
            if word.strip()
        }
        said = {
            name: sorted(banned & set(re.findall(r"[A-Z][a-z]+", name))) for name in class_names()
        }
        assert len(banned) > 15
        # A terminal's output is no model's, stats/ has its own words, and closing questions are
        # called so in the glossary.
        meant = {"ClosingQuestion", "Output", "PairSequence", "UnknownClosingQuestion"}
        assert {name: words for name, words in said.items() if words and name not in meant} == {}

    def test_words_of_statistics_stay_in_stats(self):
        outside = [
            str(path.relative_to(ROOT))
            for room in ("service", "workers")
            for path in (ROOT / room).rglob("*.py")
            if "service/stats" not in str(path)
            and re.search(
                r"^class \w*(Item|Comparison|Strength)\b", path.read_text("utf-8"), re.MULTILINE
            )
        ]
        assert outside == []


class TestArchitecture:
    def test_draws_the_staircase_as_the_linter_has_it(self):
        contracts = configparser.ConfigParser()
        contracts.read(ROOT / "setup.cfg", encoding="utf-8")
        layers = contracts["importlinter:contract:one-way"]["layers"].split("\n")
        drawing = read("ARCHITECTURE.md").partition("## The staircase")[2].split("```")[1]
        places = [drawing.find(" " + layer) for layer in filter(None, layers)]
        assert -1 not in places
        assert places == sorted(places)

    def test_maps_every_room(self):
        drawn = read("ARCHITECTURE.md").partition("## The rooms")[2].split("```")[1]
        rooms = [path.parent.name for path in ROOT.glob("service/*/__init__.py")]
        assert [room for room in rooms if f"{room}/" not in drawn] == []

    def test_records_decisions_in_order_and_in_full(self):
        records = re.split(r"^### ", read("ARCHITECTURE.md"), flags=re.MULTILINE)[1:]
        assert [each[:4] for each in records] == [f"{n + 1:04}" for n in range(len(records))]
        assert len(records) >= 10
        for each in records:
            for part in ("Context", "Decision", "Consequence"):
                assert each.count(f"**{part}.**") == 1, each[:40]


class TestDocuments:
    @pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
    def test_link_to_what_is_there(self, document):
        links = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
        missing = [
            link
            for link in links
            if not link.startswith("http") and not (document.parent / link).exists()
        ]
        assert missing == []

    @pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
    def test_name_files_of_ours_that_exist(self, document):
        named = re.findall(
            r"`((?:service|workers|tests|docs|requirements)/[\w./-]+)`",
            document.read_text(encoding="utf-8"),
        )
        gone = [name for name in named if not (ROOT / name).exists()]
        assert [name for name in gone if "/x/" not in name] == []

    @pytest.mark.parametrize(
        "path",
        [*DOCUMENTS, *(ROOT / "deploy").glob("*.*"), *EXAMPLE_FILES],
        ids=lambda path: path.name,
    )
    def test_name_no_path_of_one_machine(self, path):
        found = re.findall(
            r"(?<![\w.])/(?:work|home|root|tmp|Users)/\w[\w./-]*", path.read_text(encoding="utf-8")
        )
        assert found == []

    def test_show_pictures_that_load_quickly(self):
        pictures = list((ROOT / "docs/pictures").iterdir())
        assert {path.name for path in pictures} >= {"rating.png", "leaderboard.png"}
        for path in pictures:
            assert path.read_bytes().startswith(b"\x89PNG")
            assert path.stat().st_size < 200_000


class TestStudyFields:
    def test_of_the_ladder_stand_in_the_readme(self):
        told = read("README.md")
        known = study_file.schema()
        fields = {*known["$defs"]["retrieval"]["properties"]} - {"overlap_bytes"}
        fields |= {"reuse", "same_parameters", "collections"} & set(known["properties"])
        fields |= {"examples", "agent", "one_off_cost", "samples", "price"}
        assert [name for name in sorted(fields) if name not in told] == []
        assert [what for what in ("seed", "trace", "usage", "messages") if what not in told] == []


class TestExamples:
    ENDPOINTS = providers.load(EXAMPLES / "endpoints.yaml", {})

    @pytest.mark.parametrize("name", ["hosted-models", "local-server", "own-completions", "ladder"])
    def test_are_study_files(self, name):
        path = EXAMPLES / f"{name}.yaml"
        study = study_file.read(path.read_text("utf-8"), path.name, read, files.below(EXAMPLES))
        named = {each.endpoint for each in study.configurations if each.endpoint}
        assert named <= set(self.ENDPOINTS.endpoints)
        calls = any(configuration.calls_out(each.model) for each in study.configurations)
        assert calls == (study.cap.usd is not None or study.cap.calls is not None)

    def test_are_all_tried(self):
        assert {path.name for path in EXAMPLE_FILES} == {
            "hosted-models.yaml", "local-server.yaml", "endpoints.yaml", "ladder.yaml", "agent.py",
            "delivery.txt", "repairs.md", "returns.md",
            "own-completions.yaml", "own-completions.jsonl", "own-votes.csv",
        }  # fmt: skip

    def test_of_the_ladder_use_all_its_fields(self):
        text = (EXAMPLES / "ladder.yaml").read_text("utf-8")
        for field in ("examples", "retrieval", "collections", "agent", "reuse", "same_parameters"):
            assert f"{field}:" in text

    def test_agent_speaks_the_documented_format(self):
        with programs.example_agent() as port:
            address = f"http://127.0.0.1:{port}/answer"
            reach = providers.Providers({"a": providers.Endpoint(address, is_agent=True)}, {})
            asked = CompletionRequest(1, 1, "agent/a", "a", "", ("Two words",), {"seed": 7})
            answer = asyncio.run(agents.complete(asked, reach, 10))
        assert answer.turns[0].startswith("Thank you for your 2 words.")
        assert answer.calls[0].trace == [{"step": "count", "words": 2}]

    def test_completions_and_votes_speak_of_the_same(self):
        with (EXAMPLES / "own-completions.jsonl").open("rb") as stream:
            answers = list(completions.read(stream, "own-completions.jsonl"))
        with (EXAMPLES / "own-votes.csv").open("rb") as stream:
            cast = list(votes.read(stream, "own-votes.csv"))
        assert not [row for row in [*answers, *cast] if isinstance(row, RowError)]
        answered = {(row.prompt_id, row.configuration) for row in answers}
        for vote in cast:
            assert {(vote.prompt, vote.left), (vote.prompt, vote.right)} <= answered
