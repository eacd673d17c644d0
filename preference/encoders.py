"""Encoders: pictures and words into one space. This file alone loads open_clip.

Legend: N pictures or texts, C channels, H and W pixels, T tokens, D embedding width.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from studio.config import Section, validated
from studio.errors import ModelError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.parts import Parts

    Vectors = NDArray[np.float32]

BUNDLED = Path(__file__).parent / "bundled" / "encoder"
PREPROCESSING = "white ground, padded square, bicubic 2"
"""Part of the digest: change it when the preprocessing changes, and every index is made anew."""
PROBE = "a happy cat with a red hat"
"""Its token ids stand for the tokenizer in the digest."""


class EncoderOptions(Section):
    """``[options.encoders.open_clip]``."""

    batch: int = Field(default=5, ge=1, le=1024)
    """Pictures a forward pass. Every pass has exactly this many rows (the last one is filled up),
    so that an embedding does not depend on what it was computed beside."""
    text_batch: int = Field(default=4, ge=1, le=1024)
    """Texts a forward pass, likewise."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Arithmetic of the forward pass; outputs are float32 either way."""


class OpenClipEncoder:
    """``studio.protocols.Encoder`` over any open_clip model."""

    def __init__(
        self,
        model: torch.nn.Module,
        tokenizer: Any,
        *,
        preprocess: Mapping[str, Any],
        device: str = "cpu",
        options: EncoderOptions | None = None,
    ) -> None:
        """``preprocess`` is open_clip's table: ``size`` (pixels), ``mean``, ``std``.

        ModelError where a weight is not finite.
        """
        self._options = options or EncoderOptions()
        size = preprocess["size"]
        self._side = int(size if isinstance(size, int) else size[0])
        self._mean_C = np.asarray(preprocess["mean"], np.float32) * 255.0
        self._std_C = np.asarray(preprocess["std"], np.float32) * 255.0
        self._tokenizer = tokenizer
        self._device = device
        _require_finite(model)
        self._digest = _digest(model, tokenizer, preprocess)
        self._model = model.to(device).eval().requires_grad_(False)
        self._lock = RLock()
        self._dim = int(self.texts(["x"]).shape[1])

    @property
    def digest(self) -> str:
        """``sha256:`` over weights, tokenizer and preprocessing."""
        return self._digest

    @property
    def dim(self) -> int:
        """D."""
        return self._dim

    def images(self, images: Sequence[Image]) -> Vectors:
        """(N, D) float32 unit vectors; transparent pixels count as white.

        ModelError where an embedding is not finite.
        """
        import torch

        found: list[Vectors] = []
        for start, stop in _spans(len(images), self._options.batch):
            pixels_NHWC = np.full(
                (self._options.batch, self._side, self._side, 3), 255, dtype=np.uint8
            )
            for row, image in enumerate(images[start:stop]):
                pixels_NHWC[row] = on_white(image, side=self._side)
            values = (pixels_NHWC.astype(np.float32) - self._mean_C) / self._std_C
            pixels_NCHW = torch.from_numpy(values).permute(0, 3, 1, 2)
            found.append(self._run("encode_image", pixels_NCHW)[: stop - start])
        return self._stacked(found)

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(N, D) float32 unit vectors; words beyond the context length do not count.

        ModelError where an embedding is not finite.
        """
        found: list[Vectors] = []
        for start, stop in _spans(len(texts), self._options.text_batch):
            filled = [*texts[start:stop], *[""] * (self._options.text_batch - (stop - start))]
            with self._lock:  # tokenizers of transformers are not thread-safe
                tokens = self._tokenizer(filled)
            found.append(self._run("encode_text", tokens)[: stop - start])
        return self._stacked(found)

    def _run(self, verb: str, inputs: torch.Tensor) -> Vectors:
        import torch

        low = self._options.precision == "bfloat16"
        kind = torch.device(self._device).type
        with (
            self._lock,
            torch.inference_mode(),
            torch.autocast(kind, dtype=torch.bfloat16, enabled=low),
        ):
            features_ND = getattr(self._model, verb)(inputs.to(self._device)).float()
            unit_ND: Vectors = torch.nn.functional.normalize(features_ND, dim=-1).cpu().numpy()
        if not np.isfinite(unit_ND).all():
            raise ModelError("the encoder gave embeddings that are not finite; use other weights")
        return unit_ND

    def _stacked(self, found: list[Vectors]) -> Vectors:
        return np.concatenate(found) if found else np.zeros((0, self._dim), np.float32)


def on_white(image: Image, *, side: int) -> NDArray[np.uint8]:
    """(side, side, 3) sRGB bytes: the whole picture, padded square, on a white ground."""
    from PIL import Image as Images

    opaque = image.mode in ("RGB", "L") and "transparency" not in image.info
    picture = image.convert("RGB" if opaque else "RGBA")
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.size != size:
        picture = picture.resize(size, Images.Resampling.BICUBIC, reducing_gap=2.0)
    if opaque and size == (side, side):
        return np.asarray(picture)
    ground = Images.new("RGB", (side, side), (255, 255, 255))
    corner = ((side - size[0]) // 2, (side - size[1]) // 2)
    ground.paste(picture, corner, None if opaque else picture.getchannel("A"))
    return np.asarray(ground)


def _spans(count: int, batch: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, batch):
        yield start, min(start + batch, count)


def _require_finite(model: torch.nn.Module) -> None:
    import torch

    for name, value in model.state_dict().items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise ModelError(
                f"the encoder's weight {name} holds NaN or Inf; fetch the weights again"
            )


def _digest(model: torch.nn.Module, tokenizer: Any, preprocess: Mapping[str, Any]) -> str:
    import torch

    digest = hashlib.sha256(PREPROCESSING.encode())
    shown = {key: preprocess[key] for key in ("size", "mean", "std")}
    digest.update(json.dumps(shown, sort_keys=True, default=list).encode())
    digest.update(tokenizer([PROBE]).numpy().tobytes())
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().flatten().view(torch.uint8).numpy().tobytes())
    return "sha256:" + digest.hexdigest()


def load(
    spec: str, *, device: str = "cpu", options: EncoderOptions | None = None
) -> OpenClipEncoder:
    """An encoder by ``spec``: ``bundled``, a local open_clip folder, or ``<model>/<weights>``.

    ModelError where it is not there or does not load, saying what to do.
    """
    folder = BUNDLED if spec == "bundled" else Path(spec).expanduser()
    model, tokenizer = _from_folder(folder) if folder.is_dir() else _from_name(spec)
    import open_clip

    return OpenClipEncoder(
        model,
        tokenizer,
        preprocess=open_clip.get_model_preprocess_cfg(model),
        device=device,
        options=options,
    )


def _from_folder(folder: Path) -> tuple[torch.nn.Module, Any]:
    import open_clip

    if not (folder / "open_clip_model.safetensors").is_file():
        raise ModelError(
            f"encoder folder {folder.name} has no open_clip_model.safetensors; "
            "set encoder in studio.toml to a complete open_clip folder"
        )
    name = f"local-dir:{folder}"
    try:
        return open_clip.create_model(name, require_pretrained=True), open_clip.get_tokenizer(name)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(
            f"encoder folder {folder.name} does not load: {_line(error)}; fetch it again"
        ) from error


def _from_name(spec: str) -> tuple[torch.nn.Module, Any]:
    name, _, weights = spec.partition("/")
    if spec == "bundled":
        raise ModelError("the bundled encoder is missing from this installation; install it again")
    import open_clip

    if (name, weights) not in open_clip.list_pretrained():
        raise ModelError(
            f"no encoder {spec!r}: it is neither a folder nor an open_clip model/weights pair "
            "such as ViT-B-32/laion2b_s34b_b79k; correct encoder in studio.toml"
        )
    try:
        model = open_clip.create_model(name, pretrained=weights, require_pretrained=True)
        return model, open_clip.get_tokenizer(name)
    except (OSError, RuntimeError) as error:
        raise ModelError(
            f"encoder {spec!r} could not be fetched: {_line(error)}; "
            "check the network, or point encoder in studio.toml to a local folder"
        ) from error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def build(parts: Parts, options: Mapping[str, Any]) -> OpenClipEncoder:
    """The encoder of ``studio.toml`` on its device."""
    import torch

    chosen = validated(EncoderOptions, options, where="encoders.open_clip")
    device = parts.config.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if parts.config.threads:
        torch.set_num_threads(parts.config.threads)
    return load(parts.config.encoder, device=device, options=chosen)
