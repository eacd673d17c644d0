"""Failures: the error tree as HTTP, in the shape that OpenAI's clients read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from studio import errors
from studio.errors import BespokeError

RETRY_S = 5
_STATUS: tuple[tuple[type[BespokeError], int, str, str], ...] = (
    (errors.AccessDenied, 401, "authentication_error", "invalid_api_key"),
    (errors.QuotaExceeded, 429, "rate_limit_error", "quota_exceeded"),
    (errors.UnknownName, 404, "invalid_request_error", "not_found"),
    (errors.BadImage, 400, "image_generation_user_error", "invalid_image"),
    (errors.InputError, 400, "invalid_request_error", "invalid_value"),
    (errors.NothingPassed, 422, "image_generation_user_error", "nothing_passed"),
    (errors.Cancelled, 400, "invalid_request_error", "cancelled"),
    (errors.StoreLocked, 503, "server_error", "busy"),
    (errors.StoreFull, 507, "server_error", "full"),
)
_BY_STATUS = {
    401: "invalid_api_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "rate_limit_exceeded",
}


class ParamError(errors.InputError):
    """Bad input in one named field."""

    def __init__(self, message: str, *, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class RateLimited(errors.QuotaExceeded):
    """Too many requests in too short a time."""

    def __init__(self, message: str, *, retry_s: int) -> None:
        super().__init__(message)
        self.retry_s = retry_s


def answer_of(error: BaseException) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of an error of ours."""
    found = (row[1:] for row in _STATUS if isinstance(error, row[0]))
    status, name, code = next(found, (500, "server_error", "failed"))
    headers: dict[str, str] = {}
    param = None
    if isinstance(error, ParamError):
        param, code = error.param, error.code
    if isinstance(error, RateLimited):
        code = "rate_limit_exceeded"
    if status in {429, 503}:
        headers["Retry-After"] = str(getattr(error, "retry_s", RETRY_S))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return status, body_of(str(error), kind=name, param=param, code=code), headers


def body_of(
    message: str, *, kind: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """``{"error": {"message", "type", "param", "code"}}``."""
    line = " ".join(message.split())
    return {"error": {"message": line, "type": kind, "param": param, "code": code}}


def error_named(name: str, message: str) -> BespokeError:
    """The error of that class name, as a job's row remembers it."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, BespokeError):
        return kind(message)
    return BespokeError(message)


def respond(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """JSON in ASCII: a message may quote half a character, which UTF-8 cannot hold."""
    return Response(
        json.dumps(body), status_code=status, headers=headers, media_type="application/json"
    )


def install(app: FastAPI) -> None:
    """Let every failure of ``app`` answer in one shape."""

    @app.exception_handler(BespokeError)
    def ours(request: Request, error: Exception) -> Response:
        status, body, headers = answer_of(error)
        request.state.refusal = body["error"]["code"]
        return respond(status, body, headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        places = [str(part) for part in first["loc"] if part not in {"body", "query", "header"}]
        param = ".".join(places) or None
        unknown = first["type"] == "extra_forbidden"
        message = f"{param or 'the body'}: {first['msg']}"
        code = "unknown_parameter" if unknown else "invalid_value"
        request.state.refusal = code
        return respond(400, body_of(message, kind="invalid_request_error", param=param, code=code))

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code)
        request.state.refusal = code or ""
        body = body_of(str(error.detail), kind="invalid_request_error", code=code)
        return respond(error.status_code, body, error.headers)
