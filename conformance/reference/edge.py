"""HTTP in front of a service: routing, the order of the checks, problem details."""

from __future__ import annotations

import logging
from typing import Any

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from conformance.reference.calls import Call, Rejected, Reply
from conformance.reference.service import Handler, Service, correlation_of, dump
from conformance.reference.validation import OperationRules, parse_body

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")
log = logging.getLogger("conformance.reference")


def build(service: Service, name: str) -> flask.Flask:
    """The application; an operation's checks run in the order a caller can rely on.

    Signed in? Header and parameter, body, then the state. An address that does not exist is 404,
    a method it does not have 405, whoever asks.
    """
    app = flask.Flask(name, static_folder=None)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    for path, method, rules, handler in service.routes:
        rule = path.replace("{", "<").replace("}", ">")
        endpoint = f"{method} {path}"
        app.url_map.add(Rule(rule, endpoint=endpoint, methods=[method]))
        app.view_functions[endpoint] = _view(service, rules, handler)
    _concrete_paths_first(app, service)
    app.register_error_handler(HTTPException, _http_error(service))
    app.register_error_handler(Exception, _crash)
    health = {"status": "up", "system": name, "release": service.release}
    app.add_url_rule("/-/health", view_func=lambda: health)
    app.add_url_rule("/-/<deed>", view_func=_backstage(service), methods=["POST"])
    return app


def _concrete_paths_first(app: flask.Flask, service: Service) -> None:
    """A path without variables wins over a template, whatever the method (OpenAPI 3.1 §4.8.8)."""
    declared: dict[str, set[str]] = {}
    for path, method, _, _ in service.routes:
        if "{" not in path:
            declared.setdefault(path, set()).add(method)
    for path, methods in declared.items():
        endpoint = f"other {path}"
        others = [m for m in _METHODS if m not in methods]
        app.url_map.add(Rule(path, endpoint=endpoint, methods=others))
        app.view_functions[endpoint] = _refusing(sorted(methods))


def _refusing(methods: list[str]) -> Any:
    def view() -> flask.Response:
        raise MethodNotAllowed(valid_methods=methods)

    return view


def _view(service: Service, rules: OperationRules, handler: Handler) -> Any:
    operation = rules.operation
    name = operation.operation_id or operation.label

    def view(**path: str) -> flask.Response:
        request = flask.request
        correlation = correlation_of(request.headers.get("X-Correlation-Id"))
        headers = {n.lower(): v for n, v in request.headers.items()}
        try:
            _authenticate(service, rules, headers)
            query = {n: request.args.getlist(n) for n in request.args}
            forgiven = service.faults.forgiven(name)
            values = rules.read_parameters(path, query, headers, forgiven)
            media = (request.mimetype or "").lower()
            raw = request.get_data(cache=False)
            body = rules.read_body(raw, media, lax=service.faults.lax(name))
            call = Call(
                name, request.method, request.full_path, path, values, headers, body, correlation
            )
            reply = service.answer(call, rules, handler)
        except Rejected as refusal:
            reply = refusal.reply(correlation)
            call = Call(name, request.method, request.path, path, {}, headers, None, correlation)
            reply = service.faults.reply(call, reply)
        return _respond(reply, correlation)

    return view


def _backstage(service: Service) -> Any:
    def view(deed: str) -> flask.Response:
        correlation = correlation_of(flask.request.headers.get("X-Correlation-Id"))
        try:
            if flask.request.headers.get("Authorization") != f"Bearer {service.token}":
                raise Rejected(401, headers={"WWW-Authenticate": "Bearer"})
            what = parse_body(flask.request.get_data())
            reply = Reply(200, service.behind(deed, {"correlationId": correlation, **what}))
        except Rejected as refusal:
            reply = refusal.reply(correlation)
        return _respond(reply, correlation)

    return view


def _authenticate(service: Service, rules: OperationRules, headers: dict[str, str]) -> None:
    if not rules.operation.security or "authentication-not-enforced" in service.faults:
        return
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token.strip() != service.token:
        raise Rejected(
            401, "Send Authorization: Bearer <token>", headers={"WWW-Authenticate": "Bearer"}
        )


def _respond(reply: Reply, correlation: str) -> flask.Response:
    response = flask.Response(dump(reply), reply.status)
    if reply.body is None:
        del response.headers["Content-Type"]
    else:
        response.headers["Content-Type"] = reply.media_type
    response.headers["X-Correlation-Id"] = correlation
    for name, value in reply.headers.items():
        if value:
            response.headers[name] = value
        else:
            response.headers.pop(name, None)
    return response


def _http_error(service: Service) -> Any:
    def answer(error: HTTPException) -> flask.Response:
        correlation = correlation_of(flask.request.headers.get("X-Correlation-Id"))
        headers = {}
        if isinstance(error, MethodNotAllowed):
            if "undeclared-method-accepted" in service.faults:
                return _respond(Reply(200, {}), correlation)
            headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        refusal = Rejected(error.code or 500, error.description or "", headers=headers)
        return _respond(refusal.reply(correlation), correlation)

    return answer


def _crash(error: Exception) -> flask.Response:
    log.error("request failed: %s", error)
    correlation = correlation_of(flask.request.headers.get("X-Correlation-Id"))
    return _respond(Rejected(500, "An error was logged").reply(correlation), correlation)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: thousands of generated requests are not worth a line each."""


def server(app: flask.Flask, host: str, port: int) -> BaseWSGIServer:
    """A threaded HTTP/1.1 server, bound; port 0 takes a free one."""
    return make_server(host, port, app, threaded=True, request_handler=_Quiet)
