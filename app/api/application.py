"""The API as one ASGI application, to be mounted under ``/v1``."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware

from app.api import failures, images, models, people, work
from app.api.limits import BodyLimit, Rate
from app.api.links import Links
from app.api.logbook import Logbook
from app.serving import Serving

REFUSED_PER_MINUTE = 30
"""Wrong keys from one address."""
ERRORS = {
    status: {"description": text}
    for status, text in {
        400: "The request is wrong; the message says how to mend it.",
        401: "No key, or a wrong one.",
        404: "Not there, or not yours: the answer is the same.",
        413: "Too large.",
        422: "Every candidate failed a check.",
        429: "Too often or too much at once; Retry-After says how long to wait.",
    }.items()
}


def application(serving: Serving) -> FastAPI:
    """The API of what is served."""
    settings = serving.settings
    api = FastAPI(
        title="Bespoke",
        version=version("bespoke-studio"),
        description="Pictures made to suit a person, over OpenAI's image endpoints.",
        openapi_url="/openapi.json",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        responses={status: dict(told) for status, told in ERRORS.items()},
        middleware=[
            Middleware(Logbook, store=serving.studio.store),
            Middleware(BodyLimit, upload_bytes=settings.upload_mib * 2**20),
        ],
    )
    api.state.serving = serving
    api.state.rate = Rate(per_minute=settings.requests_per_minute)
    api.state.refused = Rate(per_minute=REFUSED_PER_MINUTE)
    api.state.links = Links.of(serving.studio.home)
    failures.install(api)
    for part in (models, images, people, work):
        api.include_router(part.routes)
    return api
