"""What a decoder and a person do to a picture, done to the judge's lessons.

A judge that has only seen crisp art would call every soft picture strange. Legend: B pictures,
H × W pixels, values in 0…1.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as fn

Bytes = npt.NDArray[np.uint8]
_TO_YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.321), (0.211, -0.523, 0.311))


def disturbed(rgba_BHW4: Bytes, random: np.random.Generator) -> Tensor:
    """B×3×H×W in −1…1: moved, on a ground, recoloured, softened, grained, compressed."""
    moved = _moved(rgba_BHW4, random)
    ground = np.where(random.random((len(moved), 1)) < 0.1, random.random((len(moved), 3)), 1.0)
    colour = torch.from_numpy(ground.astype(np.float32))[:, :, None, None]
    image = moved[:, :3] + colour * (1 - moved[:, 3:])
    image = _recoloured(image, random)
    image = _softened(image, random)
    if random.random() < 0.5:
        image = image + float(random.uniform(0, 0.06)) * torch.randn_like(image)
    image = image.clamp(0, 1)
    some = random.choice(len(image), size=len(image) // 8, replace=False)
    for row in some:
        image[row] = _compressed(image[row], int(random.integers(25, 90)))
    return image * 2 - 1


def _moved(rgba_BHW4: Bytes, random: np.random.Generator) -> Tensor:
    """Flipped, turned, scaled, shifted; colours premultiplied by alpha."""
    rgba = torch.from_numpy(np.ascontiguousarray(rgba_BHW4)).permute(0, 3, 1, 2).float() / 255
    alpha = rgba[:, 3:]
    cut = torch.cat([rgba[:, :3] * alpha, alpha], 1)
    batch = len(cut)
    angle = random.uniform(-0.12, 0.12, batch)
    scale = np.exp(random.uniform(-0.18, 0.18, (2, batch)))
    scale[1] = scale[0] * np.exp(random.uniform(-0.08, 0.08, batch))
    flip = np.where(random.random(batch) < 0.15, -1.0, 1.0)
    turn = np.stack(
        [
            np.stack([np.cos(angle) * scale[0] * flip, -np.sin(angle) * scale[0]], 1),
            np.stack([np.sin(angle) * scale[1] * flip, np.cos(angle) * scale[1]], 1),
        ],
        1,
    )
    shift = random.uniform(-0.08, 0.08, (batch, 2, 1))
    theta = torch.from_numpy(np.concatenate([turn, shift], 2).astype(np.float32))
    grid = fn.affine_grid(theta, list(cut.shape), align_corners=False)
    return fn.grid_sample(cut, grid, mode="bilinear", align_corners=False)


def _recoloured(image_B3HW: Tensor, random: np.random.Generator) -> Tensor:
    """Two in five turned in hue, and all changed a little in saturation and lightness."""
    batch = len(image_B3HW)
    angle = np.where(random.random(batch) < 0.4, random.uniform(-np.pi, np.pi, batch), 0.0)
    strength = np.exp(random.uniform(-0.4, 0.3, batch))
    to_yiq = torch.tensor(_TO_YIQ)
    turn = torch.zeros(batch, 3, 3)
    turn[:, 0, 0] = 1.0
    cosine = torch.from_numpy((np.cos(angle) * strength).astype(np.float32))
    sine = torch.from_numpy((np.sin(angle) * strength).astype(np.float32))
    turn[:, 1, 1], turn[:, 1, 2], turn[:, 2, 1], turn[:, 2, 2] = cosine, -sine, sine, cosine
    whole = torch.linalg.inv(to_yiq) @ turn @ to_yiq
    found = torch.einsum("bij,bjhw->bihw", whole, image_B3HW)
    contrast = torch.from_numpy(random.uniform(0.8, 1.15, (batch, 1, 1, 1)).astype(np.float32))
    return (1 - (1 - found) * contrast).clamp(0, 1)  # white stays white


def _softened(image_B3HW: Tensor, random: np.random.Generator) -> Tensor:
    """Blurred, or made small and large again with false low-frequency colour, as a decoder does."""
    kind = random.random()
    if kind < 0.3:
        return _blurred(image_B3HW, float(random.uniform(0.3, 1.3)))
    if kind < 0.55:
        side = image_B3HW.shape[-1]
        small = fn.interpolate(
            image_B3HW, size=int(side * random.uniform(0.35, 0.8)), mode="bilinear", antialias=True
        )
        back = fn.interpolate(small, size=side, mode="bicubic")
        cells = torch.randn(len(back), 3, 8, 8) * float(random.uniform(0, 0.08))
        return back + fn.interpolate(cells, size=side, mode="bilinear")
    return image_B3HW


def _blurred(image_B3HW: Tensor, sigma: float) -> Tensor:
    at = torch.arange(-3, 4, dtype=torch.float32)
    row = torch.exp(-0.5 * (at / sigma) ** 2)
    row = row / row.sum()
    padded = fn.pad(image_B3HW, (3, 3, 3, 3), mode="replicate")
    wide = fn.conv2d(padded, row.view(1, 1, 1, 7).repeat(3, 1, 1, 1), groups=3)
    return fn.conv2d(wide, row.view(1, 1, 7, 1).repeat(3, 1, 1, 1), groups=3)


def _compressed(image_3HW: Tensor, quality: int) -> Tensor:
    """After JPEG."""
    pixels = (image_3HW.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    back = np.array(Image.open(file), np.float32) / 255
    return torch.from_numpy(back).permute(2, 0, 1)
