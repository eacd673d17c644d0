"""Remote: any server with OpenAI's image endpoints as a backbone, ``openai:URL`` or
``openai:URL#MODEL``.

Words go to ``/images/generations``, sources and masks to ``/images/edits``; one request a picture,
a few at a time. What such a server draws it draws with a seed of its own, so a remote candidate
cannot be made again byte for byte, and no image prompts steer it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from generators.finish.pixels import pixels_of
from generators.models import Defaults, ModelInfo, Supports
from generators.terms import Terms, Watch
from studio import intake
from studio.errors import BadImage, Cancelled, ModelError

if TYPE_CHECKING:
    import httpx
    from PIL.Image import Image

    from generators.finish.pixels import Pixels

PREFIX = "openai:"
KEY_NAME = "OPENAI_API_KEY"
"""Environment variable with the key; none is sent where it is empty."""
SIDE = 512
"""Pixels; what comes is scaled to it."""
AT_ONCE = 4
TIMEOUT_S = 300.0
SUPPORTS = Supports(
    lora=False,
    image_prompt=False,
    reference_images=False,
    inpainting=True,
    image_to_image=True,
    revision=False,
)
UNWATCHED = Watch()


def is_remote(spec: str) -> bool:
    """Whether a spec names a server."""
    return spec.startswith(PREFIX)


def address_of(spec: str) -> tuple[str, str]:
    """The address (``https://…/v1``) and the model (may be empty); ModelError for no address."""
    url, _, model = spec.removeprefix(PREFIX).partition("#")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ModelError(
            f"{intake.shown(spec)!r} names no server; write openai:https://host/v1, or with "
            f"#model; the key goes into {KEY_NAME}"
        )
    return url.rstrip("/"), model


def info(spec: str) -> ModelInfo:
    """The server as ``bespoke models`` describes a backbone; nothing is asked of it."""
    address_of(spec)
    return ModelInfo(
        name=spec,
        family="OpenAI images",
        folder="",
        supports=SUPPORTS,
        size=SIDE,
        latent_size=0,
        bytes=0,
        license="",
        revision=hashlib.sha256(spec.encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RemoteBackbone:
    """A server and its verbs, as ``generators.backbone.Backbone`` has them."""

    spec: str
    defaults: Defaults = field(default_factory=lambda: Defaults(steps=1, size=SIDE))
    supports: Supports = SUPPORTS
    size: int = SIDE
    device: str = "remote"

    @property
    def revision(self) -> str:
        """Digest of the spec: what weights the server has it does not tell."""
        return info(self.spec).revision

    def image_prompt_gap(self, *, dim: int, encoder: str) -> str:
        """Why embeddings cannot steer it."""
        return "unsupported: the model is remote"

    def text_to_image(
        self, terms: Terms, *, seeds: Sequence[int], watch: Watch = UNWATCHED
    ) -> list[Pixels]:
        """A picture a seed from the words; ModelError where the server fails, Cancelled."""
        return self._asked([({"prompt": prompt_of(terms)}, {})] * len(seeds), terms, watch)

    def revise(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Each picture remade as the words say."""
        return self.image_to_image(terms, images=images, strength=1.0, seeds=seeds, watch=watch)

    def image_to_image(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        strength: float,
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Each picture edited as the words say; how strongly is the server's choice."""
        asks = [({"prompt": prompt_of(terms)}, {"image": image}) for image in images]
        return self._asked(asks, terms, watch)

    def inpaint(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        masks: Sequence[Image],
        strength: float,
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Pictures repainted where the mask (L) is white."""
        asks = [
            ({"prompt": prompt_of(terms)}, {"image": image, "mask": cleared(image, mask)})
            for image, mask in zip(images, masks, strict=True)
        ]
        return self._asked(asks, terms, watch)

    def _asked(
        self,
        asks: Sequence[tuple[Mapping[str, str], Mapping[str, Image]]],
        terms: Terms,
        watch: Watch,
    ) -> list[Pixels]:
        """The pictures in order; between two answers the watch may stop it."""
        import httpx

        url, model = address_of(self.spec)
        key = os.environ.get(KEY_NAME, "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        named = {"model": model} if model else {}
        made: list[Pixels] = []
        with (
            httpx.Client(headers=headers, timeout=TIMEOUT_S) as client,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            waiting = [
                pool.submit(ask, client, url, {**words, **named}, pictures, self.size)
                for words, pictures in asks
            ]
            for done, answer in enumerate(waiting):
                if watch.is_cancelled():
                    for other in waiting[done:]:
                        other.cancel()
                    raise Cancelled("stopped; nothing was made")
                made.append(answer.result())
                watch.tell(terms.steps * (done + 1) // len(waiting))
        return made


def remote_backbone(spec: str) -> RemoteBackbone:
    """The server that ``spec`` names; ModelError where it names none. Nothing is asked of it."""
    address_of(spec)
    return RemoteBackbone(spec=spec)


def prompt_of(terms: Terms) -> str:
    """The words; what to avoid is said in words too, since the endpoint has no other place."""
    return f"{terms.prompt}. Without: {terms.negative}" if terms.negative else terms.prompt


def cleared(image: Image, mask: Image) -> Image:
    """OpenAI's mask: the picture, transparent (alpha 0) where ours is white."""
    from PIL import ImageOps

    made = image.convert("RGB")
    made.putalpha(ImageOps.invert(mask.convert("L")))
    return made


def ask(
    client: httpx.Client,
    url: str,
    words: Mapping[str, str],
    pictures: Mapping[str, Image],
    side: int,
) -> Pixels:
    """One picture of the server, RGB, ``side`` pixels square; ModelError where it gives none."""
    import httpx

    host = urlsplit(url).hostname
    try:
        if pictures:
            files = {
                name: (f"{name}.png", intake.encode_png(image), "image/png")
                for name, image in pictures.items()
            }
            answer = client.post(f"{url}/images/edits", data={**words, "n": "1"}, files=files)
        else:
            answer = client.post(f"{url}/images/generations", json={**words, "n": 1})
        document = document_of(answer, host)
        data = picture_of(client, document, host)
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
        raise ModelError(
            f"{host} cannot be reached ({why}); check the address and retry"
        ) from error
    try:
        image = intake.decode(data, name=f"the answer of {host}")
    except BadImage as error:
        raise ModelError(str(error)) from error
    return squared(image, side)


def document_of(answer: httpx.Response, host: str | None) -> Mapping[str, Any]:
    """The first picture of an answer; ModelError with the server's own words where it refused."""
    try:
        document = answer.json()
    except ValueError as error:
        raise ModelError(
            f"{host} answered {answer.status_code} and no JSON; check that the address ends in /v1"
        ) from error
    if answer.status_code >= 400:
        told = document.get("error") if isinstance(document, dict) else None
        why = told.get("message", "") if isinstance(told, dict) else ""
        raise ModelError(
            f"{host} refused ({answer.status_code}: {intake.shown(str(why), width=200)}); "
            f"check the model and {KEY_NAME}"
        )
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, list) or not data or not isinstance(data[0], dict):
        raise ModelError(f"{host} answered without a picture; try again")
    return data[0]


def picture_of(client: httpx.Client, document: Mapping[str, Any], host: str | None) -> bytes:
    """The encoded picture, from the answer or from where it points."""
    encoded, url = document.get("b64_json"), document.get("url")
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ModelError(f"{host} answered with damaged base64; try again") from error
    if not isinstance(url, str):
        raise ModelError(f"{host} answered without a picture; try again")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname != host:
        raise ModelError(f"{host} points to {intake.shown(url)}, which is not safe to open")
    # Without the key: the picture may lie on another server.
    answer = client.build_request("GET", url)
    answer.headers.pop("Authorization", None)
    return client.send(answer).raise_for_status().content


def squared(image: Image, side: int) -> Pixels:
    """On white, the whole picture in a square of ``side`` pixels."""
    from PIL import Image as Pictures
    from PIL import ImageOps

    if image.mode == "RGBA":
        white = Pictures.new("RGBA", image.size, "white")
        image = Pictures.alpha_composite(white, image)
    fitted = ImageOps.pad(image.convert("RGB"), (side, side), color="white")
    return pixels_of(fitted, "RGB")
