"""The composition root: settings in, a Flask application out."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

import structlog
from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from contracts.errors import ContractError
from registry.api.documents import Documents
from registry.domain import Principal
from registry.domain.encode import to_json
from registry.errors import NotFound, PolicyDenied, RegistryError, Unavailable
from registry.jobs.queue import open_queue
from registry.logs import configure
from registry.metrics import install_metrics
from registry.observing import Observed, Trace, seen
from registry.problems import MEDIA_TYPE, http_problem, problem
from registry.runtime import EXTENSION, Runtime
from registry.security.keys import signing_key
from registry.security.passwords import ArgonPasswords
from registry.security.requests import refuse_foreign_host
from registry.security.sealing import FernetSealer
from registry.security.sessions import PageSessions
from registry.services.sign_in import end_session, enter, recall
from registry.services.sign_in_user import SignIn, sign_in_user
from registry.settings import Settings
from registry.store.engine import connect
from registry.store.migrate import head, upgrade
from registry.store.unit_of_work import SqlUnitOfWork

log = structlog.get_logger("interlock")


def open_runtime(settings: Settings) -> Runtime:
    """Connect, bring the database up to date, and open the job queue.

    Raises:
        Unavailable, Invalid: the database or the data directory cannot be used.
    """
    engine = connect(settings.database_url)
    upgrade(engine)
    return Runtime(settings, SqlUnitOfWork(engine), open_queue(settings))


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """The whole service: pages, API, health.

    Raises:
        Unavailable, Invalid: the settings or what they name cannot be used.
    """
    settings = settings or (runtime.settings if runtime else Settings.load())
    configure(settings)
    runtime = runtime or open_runtime(settings)
    app = Flask("registry", static_folder=None)
    app.config.update(
        SECRET_KEY=signing_key(settings),
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_request_bytes,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_COOKIE_NAME="interlock",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PROPAGATE_EXCEPTIONS=False,
    )
    app.session_interface = PageSessions()
    app.extensions[EXTENSION] = runtime
    _observe(app)
    _answer_errors(app)
    _health(app, runtime)
    measure = install_metrics(app, runtime.uow)
    _blueprints(app, runtime)
    trace = _traced(app, settings, runtime)
    app.wsgi_app = Observed(Documents(app.wsgi_app, runtime), measure, trace)  # type: ignore[method-assign]
    return app


def _blueprints(app: Flask, runtime: Runtime) -> None:
    from registry.api.blueprint import api_blueprint
    from registry.api.routes import PREFIX
    from registry.web.blueprint import install
    from registry.web.context import Ports

    app.register_blueprint(api_blueprint())
    app.add_url_rule(f"{PREFIX}/<path:rest>", "api-unknown", _unknown, methods=_METHODS)
    session = timedelta(hours=runtime.settings.session_hours)

    def let_in(secret: str) -> Principal:
        return enter(secret, runtime.uow, session)

    def recalled(token: str) -> Principal:
        return recall(token, runtime.uow)

    passwords = ArgonPasswords()

    def signed_in(login: str, password: str, address: str) -> Principal:
        return sign_in_user(SignIn(login, password, address), runtime.uow, passwords, session)

    install(
        app,
        Ports(
            uow=runtime.uow,
            authenticate=let_in,
            recall=recalled,
            sign_in=signed_in,
            end=lambda token: end_session(token, runtime.uow),
            sealer=FernetSealer(signing_key(runtime.settings)),
            queue=runtime.queue,
            open_mode=runtime.settings.open,
            public_read=runtime.settings.public_read,
            release=_release(),
            api_document=f"{PREFIX}/openapi.json",
        ),
    )


def _release() -> str:
    try:
        return installed_version("interlock")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unreleased"


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _unknown(rest: str) -> ResponseReturnValue:
    raise NotFound(f"the API has no address {rest[:200]!r} for {request.method}; see openapi.json")


def _traced(app: Flask, settings: Settings, runtime: Runtime) -> Trace | None:
    """What traces each request, if a collector is set."""
    if not settings.otlp:
        return None
    from registry.tracing import open_tracing

    tracing = open_tracing(settings, "interlock")
    assert tracing is not None
    assert isinstance(runtime.uow, SqlUnitOfWork)
    tracing.watch(runtime.uow.engine)
    app.extensions["interlock-tracing"] = tracing
    return tracing.request


def _observe(app: Flask) -> None:
    """Hand the request's id to what is logged meanwhile, and its rule and caller back."""

    @app.before_request
    def begin() -> None:
        noted = seen(request.environ)
        g.request_id = noted.request_id
        if request.url_rule is not None:
            noted.route = request.url_rule.rule
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=noted.request_id)
        refuse_foreign_host()

    @app.after_request
    def end(response: Response) -> Response:
        caller = g.get("caller") or g.get("web_principal")
        if caller:
            seen(request.environ).caller = caller.name
        return response


def _answer_errors(app: Flask) -> None:
    """What no blueprint answers itself: problem documents."""

    @app.errorhandler(RegistryError)
    @app.errorhandler(ContractError)
    def refused(error: RegistryError | ContractError) -> ResponseReturnValue:
        body = problem(error, g.get("request_id", ""))
        if isinstance(error, PolicyDenied):
            from registry.api.resources.publications import refused as publication

            found = publication(error)
            if found is not None:
                body["publication"] = to_json(found)
        return _problem(body)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        return _problem(http_problem(status, error.description or error.name, _request_id()))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        log.error("fault", path=request.path[:300], exc_info=error)
        detail = "something is broken on our side; nothing was half stored. The log tells more"
        return _problem(http_problem(500, detail, _request_id()))


def _request_id() -> str:
    found: str = g.get("request_id", "")
    return found


def _problem(body: dict[str, object]) -> ResponseReturnValue:
    from registry.api.blueprint import encode

    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    if body["status"] == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="interlock"'
    if body["status"] == 503:
        headers["Retry-After"] = "2"
    return Response(encode(body), status=int(str(body["status"])), headers=headers)


def _health(app: Flask, runtime: Runtime) -> None:
    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> ResponseReturnValue:
        """Database, its revision and the job queue; 503 says which of them fails and why."""
        checks = {"database": runtime.uow.check, "queue": runtime.queue.check}
        parts = {}
        for part, check in checks.items():
            try:
                check()
            except Unavailable as error:
                parts[part] = str(error)
        if not parts:
            return {"status": "ready", "revision": head(), **dict.fromkeys(checks, "ok")}
        failing = Unavailable("; ".join(f"{part}: {text}" for part, text in parts.items()))
        body = problem(failing, _request_id())
        body["parts"] = {part: parts.get(part, "ok") for part in checks}
        return _problem(body)
