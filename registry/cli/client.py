"""Ask a registry over its API; "could not ask" is an error of its own, never an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import httpx

from registry.cli import exits
from registry.errors import RegistryError

DEFAULT_URL = "http://127.0.0.1:8720"


class CouldNotAsk(RegistryError):
    """The registry is unreachable, broken, or does not let the caller ask."""

    code = "could-not-ask"
    exit_status = exits.COULD_NOT_ASK


class Refused(RegistryError):
    """The registry understood and said no; ``problem`` is its problem document."""

    code = "refused"
    exit_status = exits.NO

    def __init__(self, message: str, problem: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.problem = problem


class WrongQuestion(RegistryError):
    """The request names something that is not there, or is malformed."""

    code = "wrong-question"
    exit_status = exits.USAGE


class Client:
    """A registry at an address, with a token."""

    def __init__(self, url: str, token: str | None = None, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=f"{self.url}/api/v1/", headers=headers, timeout=timeout)

    def get(self, path: str, **query: str | int | None) -> Any:
        """The JSON answer of a GET.

        Raises:
            CouldNotAsk, WrongQuestion: see their sentences.
        """
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask("GET", path, params=given)

    def text(self, path: str, **query: str) -> str:
        """The answer of a GET as it is written.

        Raises:
            CouldNotAsk, WrongQuestion: see their sentences.
        """
        return self._answer("GET", path, params=query).text

    def content(self, path: str, **query: str) -> bytes:
        """The bytes that a GET answers.

        Raises:
            CouldNotAsk, WrongQuestion: see their sentences.
        """
        return self._answer("GET", path, params=query).content

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer of a request with a JSON body.

        Raises:
            CouldNotAsk, Refused, WrongQuestion: see their sentences.
        """
        return self._ask(method, path, json=body)

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        return self._json(self._answer(method, path, **rest))

    def _answer(self, method: str, path: str, **rest: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **rest)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CouldNotAsk(
                f"no registry answers at {self.url} ({_why(error)}); "
                "is it running? Set --url or INTERLOCK_URL"
            ) from None
        if response.is_success:
            return response
        raise self._problem(response)

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError:
            raise CouldNotAsk(f"{self.url} answered, but not as an Interlock registry") from None

    def _problem(self, response: httpx.Response) -> RegistryError:
        status = response.status_code
        problem = self._json(response)
        if not isinstance(problem, dict) or "code" not in problem:
            return CouldNotAsk(f"{self.url} answered {status}, but not as an Interlock registry")
        detail = str(problem.get("detail", problem["code"]))
        for item in problem.get("errors", [])[1:]:
            detail += f"\n  {item.get('field')}: {item.get('message')}"
        if status in {401, 403}:
            hint = "; pass --token or set INTERLOCK_TOKEN" if status == 401 else ""
            return CouldNotAsk(detail + hint)
        if status in {409, 422}:
            return Refused(detail, problem)
        return WrongQuestion(detail) if status < 500 else CouldNotAsk(detail)


def registry_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that asks a registry."""
    url = click.option(
        "--url",
        envvar="INTERLOCK_URL",
        default=DEFAULT_URL,
        show_default=True,
        help="Address of the registry (INTERLOCK_URL).",
    )
    token = click.option("--token", envvar="INTERLOCK_TOKEN", help="API token (INTERLOCK_TOKEN).")
    return url(token(function))


def connect(url: str, token: str | None) -> Client:
    """A client; a token in a file is read from there (``@path``)."""
    if token and token.startswith("@"):
        try:
            token = Path(token[1:]).expanduser().read_text("utf-8").strip()
        except OSError as error:
            raise CouldNotAsk(f"the token file cannot be read: {error}") from None
    return Client(url, token)


def _why(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.partition("\n")[0][:160]
