"""Asked: what an image request says, from JSON or from a form, in one shape."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.api.failures import ParamError
from studio import intake
from studio.errors import BadImage
from studio.request import ROUTES

MODEL = "bespoke"
SIZES = {"auto": 0, "256x256": 256, "512x512": 512, "1024x1024": 1024}
MOST = 10
LONGEST_TEXT = 64 * 1024


class Personal(BaseModel):
    """What is ours of a request: the JSON in the field ``personalization``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    strength: float = Field(default=1.0, ge=0, le=2, description="0: the twin, personal to nobody.")
    kind: Literal["sticker", "poster"] | None = None
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    routes: list[Literal["retrieve", "edit", "create"]] | None = None
    priority: int = Field(default=0, ge=-100, le=100)
    new: bool = Field(default=False, description="Make the person if unknown.")


class ImageAsk(BaseModel):
    """Fields that generations and edits share; those of OpenAI's that change nothing here too."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = Field(max_length=intake.MAX_INSTRUCTION)
    model: str | None = None
    n: int | None = Field(default=None, ge=1, le=MOST)
    size: str | None = Field(default=None, description="auto, 256x256, 512x512 or 1024x1024.")
    response_format: Literal["b64_json", "url"] | None = None
    output_format: Literal["png", "jpeg", "webp"] | None = None
    output_compression: int | None = Field(default=None, ge=0, le=100)
    background: Literal["auto", "transparent", "opaque"] | None = None
    stream: bool | None = None
    partial_images: int | None = Field(default=None, ge=0, le=3)
    user: str | None = Field(default=None, max_length=64, description="The person.")
    personalization: str | None = Field(
        default=None,
        max_length=LONGEST_TEXT,
        description='JSON: {"strength", "kind", "seed", "routes", "priority", "new"}.',
    )
    quality: str | None = Field(default=None, max_length=20, description="Changes nothing here.")
    style: str | None = Field(default=None, max_length=20, description="Changes nothing here.")
    moderation: str | None = Field(default=None, max_length=20, description="Changes nothing here.")
    input_fidelity: str | None = Field(
        default=None, max_length=20, description="Changes nothing here."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One image request, its fields valid."""

    ask: ImageAsk
    personal: Personal
    references: tuple[bytes, ...] = ()
    mask: bytes | None = None
    """White where the first reference may be repainted."""

    @property
    def count(self) -> int:
        """How many pictures."""
        return self.ask.n or 1

    @property
    def kind(self) -> str:
        """``sticker`` or ``poster``: as said, else by whether the background may show."""
        return self.personal.kind or ("poster" if self.ask.background == "opaque" else "sticker")

    @property
    def routes(self) -> Sequence[str]:
        """As said, else every route; with a picture, edit alone."""
        return self.personal.routes or (("edit",) if self.references else ROUTES)

    @property
    def side(self) -> int:
        """Pixels; 0: as it was made."""
        return SIZES[self.ask.size or "auto"]

    @property
    def format(self) -> str:
        """``png``, ``jpeg`` or ``webp``."""
        return self.ask.output_format or "png"

    @property
    def partials(self) -> int:
        """Unfinished pictures wanted on the way."""
        return (self.ask.partial_images or 0) if self.ask.stream else 0


def asked(ask: ImageAsk, **pictures: Any) -> Asked:
    """The request, its model, size and personalization read; ParamError naming a bad field."""
    if ask.model is not None and ask.model != MODEL:
        raise ParamError(
            f"no model {intake.shown(ask.model)!r}; GET /v1/models lists them",
            param="model",
            code="model_not_found",
        )
    if (ask.size or "auto") not in SIZES:
        raise ParamError(
            f"size {intake.shown(ask.size or '')!r} is not made here; use {', '.join(SIZES)}",
            param="size",
        )
    if ask.output_format == "jpeg" and ask.background == "transparent":
        raise ParamError("jpeg has no transparency; use png or webp", param="output_format")
    if ask.stream and ask.response_format == "url":
        raise ParamError("a stream carries b64_json alone; leave it out", param="response_format")
    return Asked(ask=ask, personal=personal_of(ask.personalization), **pictures)


def personal_of(text: str | None) -> Personal:
    """The JSON of the field ``personalization``; ParamError where it is none of ours."""
    if not text:
        return Personal()
    try:
        return Personal.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["personalization", *(str(part) for part in first["loc"])])
        raise ParamError(f"{where}: {first['msg']}", param="personalization") from error


PICTURE_FIELDS = ("image", "image[]", "mask")


async def form_asked(form: FormData) -> Asked:
    """An edit from its form: fields as in JSON, pictures as files."""
    fields: dict[str, Any] = {}
    pictures: list[bytes] = []
    mask: bytes | None = None
    for name, value in form.multi_items():
        if name in {"image", "image[]"}:
            pictures.append(await _file(value, name))
        elif name == "mask":
            mask = await _file(value, name)
        elif isinstance(value, UploadFile):
            raise ParamError(f"{intake.shown(name)} is no picture field", param=intake.shown(name))
        elif name in fields:
            raise ParamError(f"{intake.shown(name)} is given twice", param=intake.shown(name))
        elif value != "":
            fields[name] = value
    if not pictures:
        raise ParamError(
            "no picture to edit; send one in the field image",
            param="image",
            code="missing_required_parameter",
        )
    if len(pictures) > intake.MAX_REFERENCES:
        raise ParamError(f"at most {intake.MAX_REFERENCES} pictures", param="image")
    try:
        ask = ImageAsk.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        param = intake.shown(".".join(str(part) for part in first["loc"]))
        unknown = first["type"] == "extra_forbidden"
        raise ParamError(
            f"{param}: {first['msg']}",
            param=param,
            code="unknown_parameter" if unknown else "invalid_value",
        ) from error
    found = asked(ask, references=tuple(pictures))
    return (
        found if mask is None else asked(ask, references=tuple(pictures), mask=repaint_mask(mask))
    )


async def _file(value: UploadFile | str, name: str) -> bytes:
    if not isinstance(value, UploadFile):
        raise ParamError(f"{name} must be a file", param=name)
    return await value.read()


def repaint_mask(data: bytes) -> bytes:
    """OpenAI's mask (alpha 0: edit) as ours (white: repaint), PNG.

    BadImage where it cannot be read or has no transparency.
    """
    from PIL import Image, ImageOps

    image = intake.decode(data, name="the mask")
    if image.mode != "RGBA":
        raise BadImage("the mask has no transparency; make it transparent where to edit")
    repaint = ImageOps.invert(image.getchannel("A"))
    if not repaint.getbbox():
        raise BadImage("the mask is opaque everywhere; make it transparent where to edit")
    return intake.encode_png(Image.merge("RGB", [repaint] * 3))


def finished(data: bytes, *, side: int, kind: str, quality: int | None, opaque: bool) -> bytes:
    """A stored PNG as it was asked for: side in pixels (0: as is), format, on white if opaque."""
    from PIL import Image

    if not side and kind == "png" and not opaque:
        return data
    with Image.open(io.BytesIO(data)) as stored:
        image = stored.convert("RGBA" if stored.has_transparency_data else "RGB")
    if side and image.size != (side, side):
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    if image.mode == "RGBA" and (opaque or kind == "jpeg"):
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        image = white
    if kind == "png":
        return intake.encode_png(image)
    buffer = io.BytesIO()
    image.save(buffer, kind.upper(), quality=100 if quality is None else quality)
    return buffer.getvalue()
