"""Settings of the service: environment variables over a TOML file over defaults.

Every setting is a field of :class:`Settings`; ``docs/reference/settings.md`` is made from them.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from registry.errors import FieldError, Invalid
from registry.services.apply_retention import ApplyRetention

PREFIX = "INTERLOCK_"


def _default_data() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "interlock"


class Settings(BaseModel):
    """How one registry runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(
        default_factory=_default_data,
        description="Directory for the SQLite file, the job queue and the session key.",
    )
    database: str = Field(
        default="",
        description="SQLAlchemy URL: `sqlite:///…` or `postgresql+psycopg://…`. "
        "Empty: `interlock.sqlite3` in the data directory.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8720, ge=0, le=65535, description="Port; 0 picks a free one.")
    open: bool = Field(
        default=False,
        description="Give every caller the admin role, for trying things out; loopback only.",
    )
    public_read: bool = Field(
        default=True,
        description="Let whoever reaches the service read everything without a login. Sharing "
        "with external partners needs `false`: they could sign out and see the rest.",
    )
    workers: int = Field(default=1, ge=1, le=64, description="Server processes.")
    redis: str = Field(
        default="", description="Redis URL for the job queue, when there are several hosts."
    )
    run_silence: int = Field(
        default=20,
        ge=2,
        description="Seconds without a sign of life after which a worker's run is taken up again.",
    )
    runs_per_target: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Conformance runs that may go on against one system in one environment.",
    )
    retain_runs_days: int = Field(
        default=365,
        ge=0,
        description="Days that conformance runs are kept; 0: for ever. "
        "The last proof of each document, environment, system version and suite always is.",
    )
    retain_events_days: int = Field(
        default=90, ge=0, description="Days that delivered events are kept; 0: for ever."
    )
    retain_sessions_days: int = Field(
        default=30, ge=0, description="Days that ended sessions are kept; 0: for ever."
    )
    retain_comparisons_days: int = Field(
        default=90,
        ge=0,
        description="Days that comparisons already made are kept at hand; 0: for ever. "
        "They are worked out again when asked for.",
    )
    smtp: SecretStr = Field(
        default=SecretStr(""),
        description="Server that sends notifications by mail: `smtp://user:password@host:587` "
        "(STARTTLS where it is offered) or `smtps://…`. Empty: no mail is sent.",
    )
    mail_from: str = Field(default="", description="Mailbox that notifications come from.")
    private_webhooks: bool = Field(
        default=False, description="Let webhooks call addresses that are not public."
    )
    public_url: str = Field(
        default="", description="Address users see, for links in notifications and reports."
    )
    max_request_bytes: int = Field(
        default=64 * 1024 * 1024, ge=4096, description="Largest request accepted, in bytes."
    )
    document_cache_mb: int = Field(
        default=64,
        ge=0,
        le=64 * 1024,
        description="Megabytes of published documents each server process keeps at hand; 0: none.",
    )
    session_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that signs browser sessions; the same on every host. "
        "Empty: a random one, kept in the data directory.",
    )
    audit_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that signs checkpoints of the audit log: base64 of 32 random bytes; the "
        "same on every host. Empty: a random one, kept in the data directory.",
    )
    audit_checkpoint_hours: int = Field(
        default=24,
        ge=0,
        le=24 * 365,
        description="Hours after which a worker signs a checkpoint of a log that grew; "
        "0: only `interlock audit checkpoint` does.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Issuer of an OpenID Connect provider to sign in with, such as "
        "`https://login.example.org/realm`. Empty: none.",
    )
    oidc_client_id: str = Field(default="", description="Client id at the provider.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Client secret at the provider."
    )
    oidc_scopes: str = Field(default="openid profile", description="Scopes asked for.")
    oidc_groups_claim: str = Field(
        default="groups", description="Claim of the ID token that lists a person's groups."
    )
    oidc_groups: str = Field(
        default="",
        description="What groups mean: `group=role` or `group=role@team`, separated by `;`. "
        "Whoever is in none of them is not let in.",
    )
    session_hours: int = Field(
        default=12, ge=1, le=24 * 30, description="How long a browser session lasts."
    )
    otlp: str = Field(
        default="",
        description="OTLP/HTTP collector that traces are sent to, such as "
        "`http://127.0.0.1:4318`; needs `interlock[tracing]`. Empty: no traces.",
    )
    otlp_headers: SecretStr = Field(
        default=SecretStr(""),
        description="Headers for the collector: `name=value`, separated by commas.",
    )
    log_format: str = Field(
        default="text",
        pattern="^(text|json)$",
        description="`text` for people, `json` for machines.",
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="Least level logged."
    )

    @model_validator(mode="after")
    def _open_only_on_loopback(self) -> Settings:
        if self.open and not is_loopback(self.host):
            raise ValueError(
                f"open gives every caller the admin role and is refused on {self.host}; "
                "use a loopback address such as 127.0.0.1, or leave out --open"
            )
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        given = self.smtp.get_secret_value()
        if not given:
            return self
        parts = urlsplit(given)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("smtp must be smtp://host:port or smtps://host:port")
        if "@" not in self.mail_from or any(c in self.mail_from for c in "\r\n"):
            raise ValueError("smtp also needs mail_from, such as interlock@example.org")
        return self

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Settings:
        if not self.oidc_issuer:
            return self
        parts = urlsplit(self.oidc_issuer)
        secure = parts.scheme == "https" or is_loopback(parts.hostname or "")
        if not (secure and parts.hostname and parts.scheme in {"http", "https"}):
            raise ValueError("oidc_issuer must be an https:// address")
        if not (self.oidc_client_id and self.oidc_groups):
            raise ValueError("oidc_issuer also needs oidc_client_id and oidc_groups")
        self.oidc_rights(())
        return self

    def oidc_rights(self, groups: Iterable[str]) -> tuple[set[str], set[str]]:
        """Names of the roles and teams that these groups give.

        Raises:
            ValueError: the setting `oidc_groups` is not readable.
        """
        roles: set[str] = set()
        teams: set[str] = set()
        has = set(groups)
        for entry in filter(None, (part.strip() for part in self.oidc_groups.split(";"))):
            group, _, right = entry.rpartition("=")
            role, _, team = right.partition("@")
            if not group or role not in {"partner", "viewer", "publisher", "approver", "admin"}:
                raise ValueError(
                    f"oidc_groups: {entry[:60]!r} is not group=role or group=role@team"
                )
            if group in has:
                roles.add(role)
                teams |= {team} if team else set()
        return roles, teams

    @model_validator(mode="after")
    def _otlp_is_an_address(self) -> Settings:
        parts = urlsplit(self.otlp)
        if self.otlp and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise ValueError("otlp must be an http:// or https:// address")
        return self

    @model_validator(mode="after")
    def _database_is_supported(self) -> Settings:
        scheme = urlsplit(self.database).scheme.partition("+")[0]
        if self.database and scheme not in {"sqlite", "postgresql"}:
            raise ValueError(
                "database must be a sqlite:///… or postgresql://… URL, such as "
                "postgresql://interlock@localhost/interlock"
            )
        return self

    @property
    def retention(self) -> ApplyRetention:
        """How long what is kept."""
        return ApplyRetention(
            self.retain_runs_days,
            self.retain_events_days,
            self.retain_sessions_days,
            self.retain_comparisons_days,
        )

    @property
    def database_url(self) -> str:
        """The URL to connect to, with the driver Interlock uses."""
        if not self.database:
            return f"sqlite:///{(self.data / 'interlock.sqlite3').absolute()}"
        if self.database.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + self.database.partition("://")[2]
        return self.database

    @classmethod
    def load(
        cls,
        overrides: Mapping[str, Any] | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        file: Path | None = None,
    ) -> Settings:
        """Settings from ``overrides`` (command line), then variables, then the TOML file.

        The file is ``INTERLOCK_CONFIG``, or ``interlock.toml`` in the working directory.

        Raises:
            Invalid: a value is wrong, or the file cannot be read; each with its name and mend.
        """
        environ = os.environ if environ is None else environ
        values = _from_file(file, environ)
        values |= {
            name: environ[variable]
            for name in cls.model_fields
            if environ.get(variable := PREFIX + name.upper(), "") != ""
        }
        values |= {k: v for k, v in (overrides or {}).items() if v is not None}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise _invalid(error) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _from_file(file: Path | None, environ: Mapping[str, str]) -> dict[str, Any]:
    named = file or (Path(path) if (path := environ.get(PREFIX + "CONFIG")) else None)
    path_ = named or Path("interlock.toml")
    if named is None and not path_.is_file():
        return {}
    try:
        return tomllib.loads(path_.read_text("utf-8"))
    except OSError as error:
        raise Invalid(str(path_), f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(str(path_), f"is not TOML: {error}") from None


def _invalid(error: ValidationError) -> Invalid:
    found = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            found.append(FieldError(name, f"is not a setting; the settings are {known}"))
            continue
        message = item["msg"].removeprefix("Value error, ")
        given = "" if not name else f" (given: {str(item['input'])[:80]!r})"
        found.append(FieldError(name, message + given))
    return Invalid(found[0].field, found[0].message, *found[1:])
