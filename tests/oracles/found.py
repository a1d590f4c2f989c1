"""What was found, as a set of codes to compare with."""


def codes(findings):
    return frozenset(finding.code for finding in findings)
