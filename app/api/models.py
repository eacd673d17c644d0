"""``/v1/models``: what can be asked for by name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.api.asked import MODEL
from app.api.caller import AtDesk, Desk
from studio import intake
from studio.errors import UnknownName

routes = APIRouter(tags=["models"])
MADE = 1_790_000_000
"""Seconds since the epoch; clients want a date of a model."""


@routes.get("/models")
def models(desk: AtDesk) -> dict[str, Any]:
    """The loop, under its one name, with the backbone it draws with."""
    return {"object": "list", "data": [_model(desk)]}


@routes.get("/models/{name}")
def model(desk: AtDesk, name: str) -> dict[str, Any]:
    """One model; 404 for a name that is not listed."""
    if name != MODEL:
        raise UnknownName(f"no model {intake.shown(name)!r}; GET /v1/models lists them")
    return _model(desk)


def _model(desk: Desk) -> dict[str, Any]:
    config = desk.serving.studio.config
    backbone = config.backbone
    return {
        "id": MODEL,
        "object": "model",
        "created": MADE,
        "owned_by": "bespoke",
        # A local model by its last name: where it lies on the server is nobody's business.
        "backbone": backbone.rstrip("/").rsplit("/", 1)[-1] if "/" in backbone else backbone,
        "kinds": ["sticker", "poster"],
    }
