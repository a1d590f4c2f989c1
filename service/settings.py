"""Application settings: the only reader of the environment."""

import os
import secrets
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from service.errors import Invalid

PROVIDER_KEY_SUFFIX = "_API_KEY"
MOST_PROCESSES = 64


class SettingsInvalid(Invalid):
    """A setting has a value that cannot be used; the message names the variable."""


class Settings(BaseModel):
    """Every option of the application, frozen; each may also come as NAME_FILE."""

    model_config = ConfigDict(frozen=True)

    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    public_url: str = Field(
        "", description="Address that colleagues open; default from HOST and PORT."
    )
    data_dir: Path = Field(Path("var"), description="Folder for database, queue and secret key.")
    database_url: str = Field("", description="SQLAlchemy URL; default: SQLite in DATA_DIR.")
    redis_url: str = Field("", description="Queue server; default: one of our own on a socket.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs links; default: made in DATA_DIR."
    )
    endpoints_file: Path | None = Field(
        None, description="YAML of endpoints that configurations may call by name."
    )
    web_workers: int | None = Field(
        None,
        ge=1,
        le=MOST_PROCESSES,
        description="Processes of the web server; default: see web_processes.",
    )
    web_threads: int = Field(4, ge=1, le=64, description="Threads of each web process.")
    trusted_hosts: str = Field("", description="Comma-separated Host names to accept; empty: any.")
    proxies: int = Field(
        0, ge=0, le=10, description="Proxies in front that name the client in X-Forwarded-For."
    )
    webhooks_to_private: bool = Field(
        default=False, description="Let webhooks tell addresses in private networks, by http too."
    )
    api_requests_per_minute: int = Field(
        600, ge=1, le=1_000_000, description="Requests a minute for each API token."
    )
    secure_cookies: bool | None = Field(
        None, description="Send cookies over TLS only; default: when PUBLIC_URL is https."
    )
    call_deadline: float = Field(
        120.0, gt=0, le=3600, description="Seconds one model call may take."
    )
    call_concurrency: int = Field(
        16, ge=1, le=1000, description="Calls at once per provider and worker."
    )
    provider_limits: str = Field(
        "",
        description="Requests/tokens per minute for all workers: openai=500/200000, anthropic=50.",
    )
    batch_size: int = Field(50, ge=1, le=1000, description="Completions one job claims at a time.")
    lease_minutes: float = Field(
        30.0,
        gt=0,
        description="Minutes a dealt matchup is kept; workers' leases follow CALL_DEADLINE.",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    demonstration: bool = Field(
        default=True, description="Create the demonstration study on the first run."
    )

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        value = value.rstrip("/")
        if value.count("/") > 2:  # noqa: PLR2004 - the two of https://
            raise ValueError(
                "must end after the host and port: Evenhand does not run under a path. "
                "Give it a host name of its own, such as https://evenhand.example.org"
            )
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings, say which variable is wrong, and never more than that.

        Raises
        ------
        SettingsInvalid
            Names the variable and what it must be.
        """
        source = os.environ if environ is None else environ  # noqa: TID251 - this is the one reader
        values: dict[str, Any] = {}
        for name in cls.model_fields:
            value = read_variable(source, name.upper())
            if value is not None and value != "":
                values[name] = value
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            variable = str(first["loc"][0]).upper() if first["loc"] else "settings"
            raise SettingsInvalid(f"{variable}: {first['msg']}.") from None

    @property
    def database_address(self) -> str:
        """The SQLAlchemy URL in force."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'evenhand.sqlite3'}"
        for prefix in ("postgres://", "postgresql://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    @property
    def is_open_to_all(self) -> bool:
        """Whether the web server listens on every network of this machine."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    @property
    def web_address(self) -> str:
        """The address people open, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = own_address() if self.is_open_to_all else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_here_only(self) -> bool:
        """Whether the address people open leads nowhere but to their own machine."""
        host = urlsplit(self.web_address).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def web_processes(self) -> int:
        """How many processes serve pages: as many as cores, but one on SQLite.

        Its writers follow one another. Within a process they queue in order; between processes
        they sleep and try again.
        """
        if self.web_workers is not None:
            return self.web_workers
        if self.database_address.startswith("sqlite"):
            return 1
        return min(_cores(), MOST_PROCESSES)

    @property
    def cookies_over_tls(self) -> bool:
        """Whether cookies are marked Secure."""
        if self.secure_cookies is not None:
            return self.secure_cookies
        return self.public_url.startswith("https://")

    def signing_key(self) -> str:
        """Return the secret that signs links, made once in DATA_DIR when none is set."""
        given = self.secret_key.get_secret_value()
        if given:
            return given
        path = self.data_dir / "secret_key"
        if not path.exists():
            _make_secret(path)
        return path.read_text().strip()


def _make_secret(path: Path) -> None:
    """Put a new secret there, whole at once, unless another program has been faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # for us only
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a disk without hard links
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def own_address() -> str:
    """Return the address by which other machines reach this one, as far as it knows itself.

    Nothing is sent: the system only says from where it would send.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that is nobody's
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def read_variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return NAME, else the contents of the file that NAME_FILE points to, else None."""
    if environ.get(name):
        return environ[name]
    path = environ.get(f"{name}_FILE")
    if not path:
        return environ.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsInvalid(f"{name}_FILE: cannot be read ({error.strerror}).") from None


def provider_key(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Return a provider's key by the name of its variable, e.g. OPENAI_API_KEY.

    Only names that end in ``_API_KEY`` are read, so that a study or an endpoints file
    can never ask for another secret of the machine.
    """
    if not name.endswith(PROVIDER_KEY_SUFFIX):
        raise SettingsInvalid(f"{name}: a key's variable must end in {PROVIDER_KEY_SUFFIX}.")
    source = os.environ if environ is None else environ  # noqa: TID251 - this is the one reader
    return read_variable(source, name) or None


def child_environment(**extra: str) -> dict[str, str]:
    """Return this process's environment with additions, for programs we start."""
    return {**os.environ, **extra}  # noqa: TID251 - this is the one reader


def keep_to_one_core() -> None:
    """Have numpy compute on one core in this process; to be called before it is loaded.

    Its matrices are small here: threads of one sum wait for each other more than they share, and
    on cores that others use as well many times longer. An operator's own number is kept.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - set, and not read


def state_folder() -> Path:
    """Return the folder of this user where running installations are listed."""
    given = os.environ.get("XDG_STATE_HOME")  # noqa: TID251 - this is the one reader
    return (Path(given) if given else Path.home() / ".local" / "state") / "evenhand"


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
