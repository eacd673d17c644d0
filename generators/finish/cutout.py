"""Transparent stickers from plain-ground RGB pictures: a tiny learned matting network.

The backbone paints RGB on a plain ground. The network sees the picture, how far each pixel is from
the ground's colour and where the ground reaches from the rim, and answers an alpha; the ground is
then taken out of the colours: ``image = alpha × foreground + (1 − alpha) × ground``, solved for the
foreground (Smith and Blinn, "Blue Screen Matting", 1996, eq. 1).
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
WIDTHS = (24, 48, 64)
"""Channels at a half, a quarter and an eighth of the picture's size."""
MULTIPLE = 8
"""Of which height and width are multiples."""
GROUNDLIKE = (0.04, 0.14)
"""How far from the ground's colour a pixel may be to count as ground, strictly and loosely."""
SOLID = 0.9
"""Alpha from which a pixel closes in what it surrounds."""
DOUBTFUL = 0.4
"""Mean alpha from which a patch that is closed in counts as the thing's own: of such patches on
held-out art four in five are (docs/log.md)."""


def network(widths: tuple[int, int, int] = WIDTHS) -> Any:
    """A fresh alpha network: what is ``seen``, B×6×H×W → alpha logits B×1×H×W.

    A U-Net (arXiv 1505.04597) on the picture unshuffled by 2: whether a white patch is ground or a
    thing's own white is decided by what stands around it, the edge by the pixels next to it.
    """
    from torch import nn
    from torch.nn import functional as fn

    half, quarter, eighth = widths

    def block(width: int) -> Any:
        last = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(last.weight)  # at first a block adds nothing: training stays calm
        return nn.Sequential(
            nn.GroupNorm(8, width), nn.Conv2d(width, width, 3, padding=1), nn.SiLU(), last
        )

    class Matte(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.open = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(24, half, 3, padding=1))
            self.down = nn.ModuleList(
                nn.Conv2d(a, b, 2, stride=2) for a, b in ((half, quarter), (quarter, eighth))
            )
            self.up = nn.ModuleList(
                nn.Conv2d(a, b, 1) for a, b in ((quarter, half), (eighth, quarter))
            )
            self.first = nn.ModuleList(block(width) for width in widths)
            self.whole = nn.Linear(eighth, eighth)
            self.last = nn.ModuleList(block(width) for width in widths)
            self.close = nn.Sequential(
                nn.SiLU(), nn.Conv2d(half, 4, 3, padding=1), nn.PixelShuffle(2)
            )

        def forward(self, seen_B6HW: torch.Tensor) -> torch.Tensor:
            kept = []
            hidden = self.open(seen_B6HW)
            for level, first in enumerate(self.first):
                hidden = self.down[level - 1](hidden) if level else hidden
                hidden = hidden + first(hidden)
                kept.append(hidden)
            hidden = hidden + self.whole(hidden.mean((2, 3)))[:, :, None, None]
            for level in (2, 1, 0):
                hidden = hidden + self.last[level](hidden)
                if level:
                    larger = fn.interpolate(self.up[level - 1](hidden), scale_factor=2.0)
                    hidden = kept[level - 1] + larger
            answer: torch.Tensor = self.close(hidden)
            return answer

    return Matte()


@lru_cache(maxsize=2)
def loaded(path: Path = WEIGHTS) -> Any:
    """The network with the weights at `path`, ready to answer; quickest on channels-last input."""
    import torch
    from safetensors.torch import load_file

    model = network()
    model.load_state_dict({name: value.float() for name, value in load_file(path).items()})
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
    """What the network sees, B×6×H×W: the picture in 0…1, each pixel's way from the ground, and
    where the ground reaches from the rim, by a strict and by a loose measure."""
    import torch

    ground = ground_of(image_B3HW)[:, :, None, None]
    way = (image_B3HW - ground).abs().amax(dim=1, keepdim=True)
    reached = [reach(way[:, 0] <= most)[:, None].to(way.dtype) for most in GROUNDLIKE]
    return torch.cat([image_B3HW, way, *reached], dim=1)


def reach(open_BHW: torch.Tensor) -> torch.Tensor:
    """B×H×W: which open pixels are joined to the picture's rim by open ones (four neighbours)."""
    import numpy as np
    import torch
    from scipy import ndimage

    found = []
    for open_HW in open_BHW.cpu().numpy():
        parts_HW, count = ndimage.label(open_HW)
        joined = np.zeros(count + 1, bool)
        joined[_on_rim(parts_HW)] = True
        joined[0] = False
        found.append(joined[parts_HW])
    return torch.from_numpy(np.stack(found)).to(open_BHW.device)


def _on_rim(parts_HW: Any) -> Any:
    """The numbers of the parts that touch the picture's rim, some of them several times."""
    import numpy as np

    return np.concatenate([parts_HW[0], parts_HW[-1], parts_HW[:, 0], parts_HW[:, -1]])


def alpha_of(image_B3HW: torch.Tensor, model: Any) -> torch.Tensor:
    """Alpha B×1×H×W by the network; below 2 % it is 0, above 98 % and where ``filled`` it is 1.

    Any H and W.
    """
    import torch

    height, width = image_B3HW.shape[2:]
    room = (0, -width % MULTIPLE, 0, -height % MULTIPLE)
    whole = torch.nn.functional.pad(image_B3HW, room, mode="replicate")
    given = seen(whole).contiguous(memory_format=torch.channels_last)
    alpha: torch.Tensor = ((model(given).sigmoid() - 0.02) / 0.96).clamp(0, 1)
    return filled(alpha[:, :, :height, :width])


def filled(alpha_B1HW: torch.Tensor) -> torch.Tensor:
    """Patches that are closed in and half clear made opaque: a white belly, which the network
    doubts, is no hole; a hole it hardly doubts."""
    import numpy as np
    import torch
    from scipy import ndimage

    masks = []
    for alpha_HW in alpha_B1HW[:, 0].cpu().numpy():
        parts_HW, count = ndimage.label(alpha_HW < SOLID)
        own = np.zeros(count + 1, bool)
        own[1:] = np.asarray(ndimage.mean(alpha_HW, parts_HW, range(1, count + 1))) >= DOUBTFUL
        own[_on_rim(parts_HW)] = False
        masks.append(own[parts_HW])
    own_B1HW = torch.from_numpy(np.stack(masks))[:, None].to(alpha_B1HW.device)
    return alpha_B1HW.masked_fill(own_B1HW, 1.0)


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
    picture = torch.from_numpy(values).permute(2, 0, 1)[None]
    with torch.inference_mode():
        alpha = alpha_of(picture, model)
        colours = unmixed(picture, alpha)
    rgba = torch.cat([colours, alpha], dim=1)[0].permute(1, 2, 0).mul(255).round()
    return Image.fromarray(rgba.to(torch.uint8).numpy())
