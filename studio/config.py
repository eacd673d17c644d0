"""Configuration: ``studio.toml`` in the home, validated, unknown keys refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.errors import ConfigError
from studio.plugins import GROUPS, names


class Section(BaseModel):
    """A table of settings: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PartNames(Section):
    """Which registered part plays each role."""

    encoder: str = "open_clip"
    commander: str = "phrases"
    profiler: str = "concepts"
    taste: str = "interests"
    instructor: str = "prior"
    scout: str = "gallery"
    generators: dict[str, str] = Field(
        default_factory=lambda: {"retrieve": "retrieve", "edit": "edit", "create": "create"}
    )
    checks: tuple[str, ...] = ("format", "quality", "prompt", "copy")
    ranker: str = "generative"
    """``generative`` orders as ``taste`` does until `bespoke ranker train` has made a version."""


class SignIn(Section):
    """``[web.oidc]``: sign-in by OpenID Connect, as ``st.login`` takes it."""

    client_id: str
    client_secret: str
    server_metadata_url: str
    redirect_uri: str
    """``https://…/oauth2callback``."""
    cookie_secret: str = Field(min_length=32)
    claim: str = "email"
    """What of the sign-in names the person."""


class WebSettings(Section):
    """``[web]``: the server of ``bespoke web``."""

    trusted_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    """The header in which a proxy names the signed-in person (``X-Forwarded-User``)."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses from which that header is believed."""
    oidc: SignIn | None = None
    hosts: tuple[str, ...] = ()
    """Names under which the server is reached, beside loopback (``studio.example.org``)."""
    public_url: str = ""
    """What links in answers begin with; empty: as the request was addressed."""
    quota: int = Field(default=100, ge=1)
    """Unfinished jobs one person may have."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Over HTTP, one key or person."""
    upload_mib: int = Field(default=48, ge=1, le=512)
    """Largest body of one request, in MiB."""
    starter: Literal["first", "whole"] = "whole"
    """How many starter stickers a new home gets: a first helping, or one of all in every look."""


class StudioConfig(Section):
    """``studio.toml``."""

    store: str = "sqlite"
    """``sqlite`` (``studio.db`` in the home) or an SQLAlchemy URL (``postgresql://…``)."""
    blobs: str = "blobs"
    """A folder, relative to the home, or an fsspec URL."""
    backbone: str = "bundled"
    """``bundled``, a local folder in diffusers format, or a hub id."""
    editor: str = ""
    """The same for the route edit alone, an image-editing model say; empty: the backbone."""
    encoder: str = "bundled"
    """``bundled``, a local folder, or an open_clip name (``ViT-B-32/laion2b_s34b_b79k``)."""
    device: str = Field(default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    """``auto``, ``cpu``, ``cuda``, ``cuda:1`` …"""
    threads: int = Field(default=0, ge=0)
    """CPU threads for torch; 0: as many as there are cores."""
    web: WebSettings = WebSettings()
    parts: PartNames = PartNames()
    options: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """One table a part, ``[options.<group>.<name>]`` flattened as ``"<group>.<name>"``."""


S = TypeVar("S", bound=BaseModel)


def validated(model: type[S], values: Mapping[str, Any], *, where: str) -> S:
    """``values`` as ``model``; ConfigError naming the first bad key and what it wants."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in (where, *first["loc"]))
        raise ConfigError(f"{key}: {first['msg']}; correct it or remove the line") from error


def load_config(path: Path) -> StudioConfig:
    """The configuration at ``path``; defaults where there is no file."""
    if not path.exists():
        return StudioConfig()
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}; correct it") from error
    except OSError as error:
        raise ConfigError(f"cannot read {path.name} ({error.strerror}); make it a file") from error
    if "options" in values:
        values["options"] = _flat_options(values["options"], where=path.name)
    return validated(StudioConfig, values, where=path.name)


def _flat_options(options: Any, *, where: str) -> dict[str, Any]:
    """``[options.<group>.<name>]`` by ``<group>.<name>``; ConfigError for what names no part."""
    flat: dict[str, Any] = {}
    if not isinstance(options, dict):
        raise ConfigError(f"{where}: options is a table; write [options.<group>.<part>]")
    for group, tables in options.items():
        if group not in GROUPS or not isinstance(tables, dict):
            raise ConfigError(
                f"{where}: options.{group} is no group of parts; write [options.<group>.<part>] "
                f"with a group of {', '.join(GROUPS)}"
            )
        for name, table in tables.items():
            if name not in names(group):
                raise ConfigError(
                    f"{where}: options.{group}.{name} names no part; "
                    f"installed are {', '.join(names(group))}"
                )
            flat[f"{group}.{name}"] = table
    return flat
