"""Transparent stickers from plain-ground RGB pictures: a tiny learned matting network.

The backbone paints RGB on a plain ground. The network sees the picture and how far each pixel is
from the ground's colour, answers an alpha, and the ground is then taken out of the colours:
``image = alpha × foreground + (1 − alpha) × ground``, solved for the foreground (Smith and Blinn,
"Blue Screen Matting", 1996, eq. 1).
Legend: B pictures, H × W pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).parents[1] / "bundled" / "cutout" / "model.safetensors"
WIDTH = 32


def network(width: int = WIDTH) -> Any:
    """A fresh alpha network: RGB and distance from the ground, 4×H×W → alpha logits 1×H×W.

    Pixel-unshuffle by 2, then dilated residual convolutions, then pixel-shuffle; H and W even.
    """
    from torch import nn

    def block(dilation: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    class Matte(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.open = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(16, width, 3, padding=1))
            self.blocks = nn.ModuleList(block(d) for d in (1, 2, 4, 8, 1))
            self.close = nn.Sequential(nn.Conv2d(width, 4, 3, padding=1), nn.PixelShuffle(2))

        def forward(self, picture_B4HW: torch.Tensor) -> torch.Tensor:
            hidden = self.open(picture_B4HW)
            for part in self.blocks:
                hidden = hidden + part(hidden)
            answer: torch.Tensor = self.close(hidden)
            return answer

    return Matte()


@lru_cache(maxsize=2)
def loaded(path: Path = WEIGHTS) -> Any:
    """The network with the weights at `path`, ready to answer; quickest on channels-last input."""
    import torch
    from safetensors.torch import load_file

    model = network()
    model.load_state_dict(load_file(path))
    return model.eval().to(memory_format=torch.channels_last)


def ground_of(image_B3HW: torch.Tensor) -> torch.Tensor:
    """The plain ground's colour, B×3: the median of the outermost pixels."""
    import torch

    rim = torch.cat(
        [
            image_B3HW[:, :, 0],
            image_B3HW[:, :, -1],
            image_B3HW[:, :, :, 0],
            image_B3HW[:, :, :, -1],
        ],
        dim=2,
    )
    return rim.median(dim=2).values


def seen(image_B3HW: torch.Tensor) -> torch.Tensor:
    """What the network sees, B×4×H×W: the picture in 0…1 and each pixel's way from the ground."""
    import torch

    ground = ground_of(image_B3HW)[:, :, None, None]
    way = (image_B3HW - ground).abs().amax(dim=1, keepdim=True)
    return torch.cat([image_B3HW, way], dim=1)


def alpha_of(image_B3HW: torch.Tensor, model: Any) -> torch.Tensor:
    """Alpha B×1×H×W by the network; below 2 % it is 0 and above 98 % it is 1. H and W even."""
    import torch

    given = seen(image_B3HW).contiguous(memory_format=torch.channels_last)
    alpha: torch.Tensor = ((model(given).sigmoid() - 0.02) / 0.96).clamp(0, 1)
    return alpha


def unmixed(image_B3HW: torch.Tensor, alpha_B1HW: torch.Tensor) -> torch.Tensor:
    """Foreground colours, B×3×H×W in 0…1: the ground's part taken out where alpha is partial."""
    ground = ground_of(image_B3HW)[:, :, None, None]
    alpha = alpha_B1HW.clamp_min(0.05)
    return ((image_B3HW - (1 - alpha) * ground) / alpha).clamp(0, 1)


def cutout(images: Sequence[Image.Image], *, weights: Path = WEIGHTS) -> list[Image.Image]:
    """Cut stickers out of their plain grounds: RGB pictures in, RGBA of the same sizes out.

    Alpha below 2 % becomes 0 and above 98 % becomes 1. Raises FileNotFoundError when the weights
    are missing.
    """
    model = loaded(weights)
    return [_cut(image, model) for image in images]


def _cut(image: Image.Image, model: Any) -> Image.Image:
    import numpy as np
    import torch

    values = np.asarray(image.convert("RGB"), dtype=np.float32) / 255
    height, width = values.shape[:2]
    picture = torch.from_numpy(values).permute(2, 0, 1)[None]
    padded = torch.nn.functional.pad(picture, (0, width % 2, 0, height % 2), mode="replicate")
    with torch.inference_mode():
        alpha = alpha_of(padded, model)[:, :, :height, :width]
        colours = unmixed(picture, alpha)
    rgba = torch.cat([colours, alpha], dim=1)[0].permute(1, 2, 0).mul(255).round()
    return Image.fromarray(rgba.to(torch.uint8).numpy())
