"""How well small art is made large, next to Lanczos: PSNR by style, on white and of alpha.

python -m benchmarks.enlarge --data DIR [--factor N] [--each N]

Pictures that no model was trained on (concept_test) are shrunk by ``factor`` and made large again,
by ``generators.finish`` as stickers are and by Lanczos (premultiplied), and compared with what they
were.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generators.finish.enlarge import enlarged
from generators.finish.pixels import over_white, pixels_of, resized
from generators.finish.sticker import STEEPNESS

if TYPE_CHECKING:
    from generators.finish.pixels import Pixels

WANTED_DB = 2.0


def held_out(data: Path, style: str, count: int) -> list[Path]:
    """Up to ``count`` files of a style whose concept is held out, spread over all of them."""
    with (data / "splits.csv").open(newline="") as file:
        test = {
            row["hexcode"]
            for row in csv.DictReader(file)
            if row["style"] == style and row["split"] == "concept_test"
        }
    with (data / style / "captions.csv").open(newline="") as file:
        files = [
            data / style / row["file"] for row in csv.DictReader(file) if row["hexcode"] in test
        ]
    return files[:: max(1, len(files) // count)][:count]


def lanczos(rgba_HW4: Pixels, height: int, width: int) -> Pixels:
    """(height, width, 4) by Pillow's Lanczos, colours weighted by alpha."""
    weighted_HW4 = rgba_HW4.copy()
    weighted_HW4[..., :3] *= rgba_HW4[..., 3:]
    made = np.stack(
        [
            np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.LANCZOS))
            for plane in np.moveaxis(weighted_HW4, 2, 0)
        ],
        axis=2,
    ).clip(0, 1)
    made[..., :3] = (made[..., :3] / np.maximum(made[..., 3:], 1e-3)).clip(0, 1)
    return made


def decibels(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Peak signal to noise of values in [0, 1]."""
    return float(-10 * np.log10(np.mean((one - other) ** 2) + 1e-10))


def measured(paths: Sequence[Path], factor: int) -> tuple[NDArray[np.float64], float]:
    """Mean dB (ours and Lanczos on white, ours and Lanczos of alpha), and ms a picture of ours."""
    found, spent = [], 0.0
    for path in paths:
        with Image.open(path) as opened:
            true_HW4 = pixels_of(opened, "RGBA")
        height, width = true_HW4.shape[:2]
        small_HW4 = resized(true_HW4, height // factor, width // factor)
        start = time.thread_time()
        steepness = STEEPNESS * factor if factor > 1.5 else 1
        bytes_HW4 = enlarged(small_HW4, height, width, steepness=steepness)
        spent += time.thread_time() - start
        ours_HW4 = bytes_HW4.astype(np.float32) / np.float32(255)
        theirs_HW4 = lanczos(small_HW4, height, width)
        white_HW3 = over_white(true_HW4)
        found.append(
            [
                decibels(over_white(ours_HW4), white_HW3),
                decibels(over_white(theirs_HW4), white_HW3),
                decibels(ours_HW4[..., 3], true_HW4[..., 3]),
                decibels(theirs_HW4[..., 3], true_HW4[..., 3]),
            ]
        )
    return np.mean(found, axis=0), 1000 * spent / len(paths)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    options.add_argument("--data", type=Path, required=True, help="captioned art (splits.csv)")
    options.add_argument("--factor", type=int, default=4)
    options.add_argument("--each", type=int, default=30, help="pictures a style")
    chosen = options.parse_args()
    import torch

    torch.set_num_threads(1)  # milliseconds of one core
    print(f"{'style':16}{'pictures':>9}{'ours':>8}{'Lanczos':>9}{'gain':>7}", end="")
    print(f"{'alpha':>9}{'Lanczos':>9}{'ms':>7}   dB, x{chosen.factor}")
    gains = []
    for folder in sorted(path for path in chosen.data.iterdir() if path.is_dir()):
        paths = held_out(chosen.data, folder.name, chosen.each)
        if not paths:
            continue
        (ours, theirs, alpha, their_alpha), spent = measured(paths, chosen.factor)
        gains.append(ours - theirs)
        print(f"{folder.name:16}{len(paths):>9}{ours:>8.2f}{theirs:>9.2f}", end="")
        print(f"{ours - theirs:>+7.2f}{alpha:>9.2f}{their_alpha:>9.2f}{spent:>7.1f}")
    print(f"mean gain {np.mean(gains):+.2f} dB, wanted {WANTED_DB:+.0f}")


if __name__ == "__main__":
    main()
