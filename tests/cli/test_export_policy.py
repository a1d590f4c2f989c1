import click
from click.testing import CliRunner

from service.cli import export_policy
from service.formats.exports.policy import Policy


def asked(*words):
    found = []
    command = click.command()(export_policy.options(lambda **told: found.append(told)))
    result = CliRunner().invoke(command, words)
    assert result.exit_code == 0, result.output
    return export_policy.of(found[0])


class TestOf:
    def test_asks_for_the_usual_policy_by_default(self):
        assert asked() == Policy()

    def test_has_an_option_for_every_line(self):
        changed = asked(
            *("--least-votes", "2", "--least-agreement", "0.7", "--ignore-ties"),
            *("--ignore-both-bad", "--no-conflicts", "--strength", "--keep-flagged"),
            *("--no-imported", "--no-cut-off", "--no-leaks", "--balance-length"),
            *("--not-trained-on", "Plain", "--wins-as-labels", "--redact", "--phones-of", "DE"),
        )
        assert all(vars(changed)[name] != usual for name, usual in vars(Policy()).items())
        assert changed.countries == ("DE",)
