"""Finds a Chromium for browser tests, or fetches one; `python -m tests.browser` says which."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Return a Chromium's path: on PATH first, else the one that Playwright fetched."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def fetch() -> str | None:
    """Fetch a Chromium by Playwright, else by apt where this is root on Debian."""
    print("No Chromium found: fetching one.", flush=True)
    for command in _ways():
        print("  " + " ".join(command), flush=True)
        try:
            done = subprocess.run(command, check=False, timeout=600, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        found = find() if done.returncode == 0 else None
        if found:
            return found
    return find()


def _ways() -> list[list[str]]:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways += [
            ["apt-get", "update", "-qq"],
            [
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
                "fonts-noto-core",
                "fonts-noto-cjk",
            ],
        ]
    return ways


def main() -> int:
    """Say which Chromium the tests will use; missing is an error in CI only."""
    path = find() or fetch()
    if path is None:
        print("There is no Chromium: browser tests will be skipped.")
        return 1 if os.environ.get("CI") == "true" else 0
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
