"""A configuration of one study as it stands in another one, known by its fingerprint."""

from dataclasses import dataclass

from service.domain.leaderboard import Rating


@dataclass(frozen=True)
class There:
    """Where it stands, under its name there; a sealed study tells neither rating nor votes."""

    configuration: str
    study: str
    title: str
    called: str
    is_sealed: bool
    rating: Rating | None
    votes: int
