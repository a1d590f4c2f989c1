"""Somebody who rates by HTTP all the while, and remembers what was acknowledged."""

import secrets
import threading
import time

import httpx
from sqlalchemy import select

from service.database import Database, now
from service.store import models
from service.usecases import invites
from tests import factories
from tests.faults.deployment import Deployment, wait_for

PAUSE_SECONDS = 0.1


class Rater:
    """A rater's browser: votes again and again, with the same key until it is acknowledged."""

    def __init__(self, deployment: Deployment, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        with deployment.database.transaction() as session:
            self.study = factories.make_study(session, "rated", prompts=2000)
            invite = invites.make(
                session, self.study.name, "personal", "Ben", now(session), factories.KEY
            )
        deployment.environment |= {"PORT": str(port), "PUBLIC_URL": self._base}
        deployment.run(
            "web", "granian", "--interface", "rsgi", "--port", str(port), "--no-ws",
            "--log-level", "warning", "--factory", "service.rsgi:make",
        )  # fmt: skip
        wait_for(self._is_up)
        self._client = httpx.Client(base_url=self._base, timeout=15, trust_env=False)
        self._at = ""
        wait_for(lambda: self._join(invite.link_token))
        self.acknowledged: dict[str, str] = {}
        self.seconds: list[float] = []
        self.troubles = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._rate, daemon=True)
        self._thread.start()

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self._base}/livez", timeout=1, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def _join(self, link: str) -> bool:
        """Open the link, once more where the answer is to try again."""
        answer = self._client.post(f"/i/{link}")
        self._at = answer.headers.get("location", "").rstrip("/")
        return bool(self._at)

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(30)
        self._client.close()

    def slowest(self) -> float:
        return round(max(self.seconds), 2)

    def _rate(self) -> None:
        while not self._ending.is_set():
            started = time.monotonic()
            upcoming = self._until_answered(lambda: self._client.get(f"{self._at}/next"))
            if not upcoming:
                return
            token = upcoming["assignments"][0]["token"]
            choice = ("left", "right")[len(self.acknowledged) % 2]
            body = {"choice": choice, "key": secrets.token_hex(8)}
            voted = self._until_answered(
                lambda token=token, body=body: self._client.post(
                    f"{self._at}/vote/{token}", json=body
                )
            )
            if voted and voted.get("saved"):
                self.acknowledged[token] = choice
                self.seconds.append(time.monotonic() - started)
            time.sleep(PAUSE_SECONDS)

    def _until_answered(self, ask) -> dict:
        while not self._ending.is_set():
            try:
                answer = ask()
                if answer.status_code < 500:
                    return answer.json()
            except httpx.HTTPError:
                pass
            self.troubles += 1
            time.sleep(0.2)
        return {}


def stored_votes(database: Database, study: factories.MadeStudy) -> dict[str, list[str]]:
    """Every stored choice by the token of its assignment."""
    found: dict[str, list[str]] = {}
    with database.reading() as session:
        rows = session.execute(
            select(models.Assignment.token, models.Vote.choice)
            .join(models.Vote, models.Vote.assignment_id == models.Assignment.id)
            .where(models.Assignment.study_id == study.id)
        )
        for token, choice in rows:
            found.setdefault(token, []).append(choice)
    return found
