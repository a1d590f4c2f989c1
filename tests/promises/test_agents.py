"""What agents are told holds: commands of SKILL.md exist, and llms.txt leads to every document."""

import re
from pathlib import Path

import pytest

from tests.promises.test_documented import commands_of, resolve

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("SKILL.md", "leaderboard STUDY --check"),
        ("commands.md", "leaderboard STUDY --check"),
        ("api.md", "webhook add STUDY ADDRESS"),
    ],
)
def test_commands_exist_with_their_options(name, one):
    found = commands_of(DOCS / name)
    assert one in found
    for command in found:
        resolve(command)


def test_the_list_leads_to_every_document_and_nowhere_else():
    links = re.findall(r"\]\(([^)]+)\)", (DOCS / "llms.txt").read_text("utf-8"))
    assert [link for link in links if not (DOCS / link).exists()] == []
    documents = {path.name for path in [*DOCS.glob("*.md"), *DOCS.glob("*.ipynb")]}
    assert documents - set(links) == set()


def test_the_skill_names_itself():
    head = (DOCS / "SKILL.md").read_text("utf-8").split("---\n")[1]
    assert head.startswith("name: evenhand\ndescription: ")
