"""What axe finds wrong with a page for those who do not see it, or press keys, or read slowly."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RATER_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Texts under judgement bring headings of their own, in whatever order they were written.
    "rules": {"heading-order": {"enabled": False}},
}
# What is fine need not be described, and no rule that runs here reads style sheets or media.
_ONLY = {"resultTypes": ["violations"], "preload": False}
_RUN = """options => axe.run(options).then(found => found.violations.map(
  rule => `${rule.id}: ${rule.help}: ${rule.nodes.map(node => node.target).join(", ")}`))"""


def violations(page: Page, rules: dict | None = None) -> list[str]:
    """Return what is wrong with a page; its policy must let axe in."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return page.evaluate(_RUN, {**(rules or {}), **_ONLY})
