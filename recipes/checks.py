"""Calibrates the fidelity checks: where the option defaults of ranking/checks come from.

    python -m recipes.checks --data DIR [--encoder bundled] [--pictures 900]

Prints, on held-out pictures of DIR (folders with captions.csv, and splits.csv beside them):
prompt  true against random caption-picture pairs: ROC area, the option defaults;
copy    cosine (less the mean) of a picture with a degraded copy of itself, and with others;
looks   how well nearest-centroid look statistics tell the styles apart.

Legend: N pictures, D embedding width, F look statistics.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from preference.encoders import OpenClipEncoder, load
from ranking.checks.copy import centred
from ranking.checks.prompt import CONTRASTS, NEAREST, deviations, standings
from ranking.looks import look_scale, look_statistics

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Art:
    """Some pictures, aligned with their words."""

    pictures: list[Image.Image] = field(repr=False)
    captions: list[str]
    styles: list[str]
    concepts: list[str]


def read_art(data: Path, *, held_out: bool, most: int, seed: int) -> Art:
    """At most ``most`` pictures, drawn at random, of the held-out splits or of ``train``."""
    with (data / "splits.csv").open() as file:
        split = {(row["hexcode"], row["style"]): row["split"] for row in csv.DictReader(file)}
    rows = []
    for folder in sorted(path.parent for path in data.glob("*/captions.csv")):
        with (folder / "captions.csv").open() as file:
            for row in csv.DictReader(file):
                known = split[row["hexcode"], folder.name]
                if (known != "train") == held_out:
                    rows.append((folder / row["file"], row["caption"], folder.name, row["hexcode"]))
    order = np.random.default_rng(seed).permutation(len(rows))[:most]
    taken = [rows[index] for index in order]
    return Art(
        pictures=[Image.open(path).convert("RGBA") for path, *_ in taken],
        captions=[caption for _, caption, *_ in taken],
        styles=[style for *_, style, _ in taken],
        concepts=[concept for *_, concept in taken],
    )


def area(true_N: Numbers, random_N: Numbers) -> float:
    """ROC area: the chance that a true pair scores above a random one."""
    ranks = np.searchsorted(np.sort(random_N), true_N)
    return float(ranks.mean() / len(random_N))


def fit_slope(true_N: Numbers, random_N: Numbers) -> float:
    """Slope of the logistic that tells true from random pairs best, both kinds weighing the same
    (Newton's method).
    """
    found_N = np.concatenate([true_N, random_N])
    label_N = np.concatenate([np.ones(len(true_N)), np.zeros(len(random_N))])
    weight_N = np.where(label_N == 1, 0.5 / len(true_N), 0.5 / len(random_N))
    design_N2 = np.stack([np.ones(len(found_N)), found_N], axis=1)
    weights = np.zeros(2)
    for _ in range(50):
        chance_N = 1 / (1 + np.exp(-design_N2 @ weights))
        slope_22 = (design_N2 * (weight_N * chance_N * (1 - chance_N))[:, None]).T @ design_N2
        step = np.linalg.solve(
            slope_22 + 1e-9 * np.eye(2), design_N2.T @ (weight_N * (label_N - chance_N))
        )
        weights += step
    return float(weights[1])


def report_prompt(name: str, value_NN: Numbers, art: Art) -> None:
    """ROC area, floor and slope of one measure; ``value_NN``: pictures by captions."""
    named = np.array(art.concepts)
    true_N = np.diag(value_NN)
    random_N = value_NN[named[:, None] != named[None]]
    floor = float(np.percentile(true_N, 5))
    slope = fit_slope(true_N, np.random.default_rng(0).choice(random_N, 5000))
    print(f"prompt by {name}: {len(true_N)} true pairs, ROC area {area(true_N, random_N):.3f}")
    print(f"  floor {floor:.3f} (5 % of true pairs fail), slope {slope:.2f}; ", end="")
    print(f"{np.mean(random_N < floor):.1%} of random pairs fail")
    median = 1 / (1 + np.exp(-slope * (np.median(true_N) - floor)))
    print(f"  the median true pair scores {median:.2f}; of the true pairs fail, by style:", end="")
    for style in sorted(set(art.styles)):
        mine = np.array([one == style for one in art.styles])
        print(f" {style} {np.mean(true_N[mine] < floor):.1%}", end="")
    print()


def calibrate_prompt(encoder: OpenClipEncoder, art: Art, catalogue_ND: Vectors) -> None:
    """True against random pairs, with a catalogue and without."""
    vectors_ND = encoder.images(art.pictures)
    texts_ND = encoder.texts(art.captions)
    contrasts_JD = encoder.texts(CONTRASTS)
    mean_D = catalogue_ND.mean(axis=0)
    best_N = np.sort(catalogue_ND @ texts_ND.T, axis=0)[-NEAREST:].mean(axis=0)
    standing = [
        standings(vectors_ND, target_D=text_D, mean_D=mean_D, best=float(best))
        for text_D, best in zip(texts_ND, best_N, strict=True)
    ]
    report_prompt("the catalogue", np.stack(standing, axis=1), art)
    deviation = [
        deviations(vectors_ND, target_D=text_D, contrasts_JD=contrasts_JD) for text_D in texts_ND
    ]
    report_prompt("unrelated words", np.stack(deviation, axis=1), art)


def degraded(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """What a decoder and a finisher make of a picture: softened, grainy, in a wider frame."""
    small = picture.resize((80, 80), Image.Resampling.BICUBIC)
    framed = Image.new("RGBA", (140, 140))
    framed.paste(small.resize((128, 128), Image.Resampling.BICUBIC), (6, 6))
    soft = np.asarray(framed, np.float64)
    soft[..., :3] += rng.normal(0, 3, (140, 140, 3))
    return Image.fromarray(np.clip(soft, 0, 255).astype(np.uint8))


def calibrate_copy(encoder: OpenClipEncoder, art: Art, mean_D: Vectors, seed: int) -> None:
    """Copies against other pictures."""
    rng = np.random.default_rng(seed)
    some = art.pictures[:300]
    vectors_ND = centred(encoder.images(some), mean_D)
    copies_ND = centred(encoder.images([degraded(picture, rng) for picture in some]), mean_D)
    same_N = np.sum(vectors_ND * copies_ND, axis=1)
    cosine_NN = vectors_ND @ vectors_ND.T
    named = np.array(art.concepts[:300])
    cosine_NN[named[:, None] == named[None]] = -1
    print("copy: cosine less the mean")
    print(f"  with a copy, 1/5/50 %: {np.percentile(same_N, [1, 5, 50])}")
    print("  with the nearest other thing, 50/95/99 %: ", end="")
    print(np.percentile(cosine_NN.max(axis=1), [50, 95, 99]))


def measure_looks(train: Art, held_out: Art) -> None:
    """Nearest centroid over look statistics."""
    train_NF = np.stack([look_statistics(picture) for picture in train.pictures])
    test_NF = np.stack([look_statistics(picture) for picture in held_out.pictures])
    styles = np.array(sorted(set(train.styles)))
    truth = np.array(held_out.styles)
    for words, looks in (("scaled by look", train.styles), ("standardised only", [])):
        scale = look_scale(train_NF, looks)
        named = np.array(train.styles)
        centres = np.stack([scale(train_NF[named == style]).mean(axis=0) for style in styles])
        distance = ((scale(test_NF)[:, None] - centres[None]) ** 2).sum(axis=2)
        accuracy = np.mean(styles[distance.argmin(axis=1)] == truth)
        print(f"looks: {words}: {accuracy:.1%} of {len(truth)} held-out pictures told apart")


def main() -> None:
    """Print the calibration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--pictures", type=int, default=900)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    encoder = load(arguments.encoder)
    train = read_art(
        arguments.data, held_out=False, most=2 * arguments.pictures, seed=arguments.seed
    )
    held_out = read_art(arguments.data, held_out=True, most=arguments.pictures, seed=arguments.seed)
    catalogue_ND = encoder.images(train.pictures)
    calibrate_prompt(encoder, held_out, catalogue_ND)
    calibrate_copy(encoder, held_out, catalogue_ND.mean(axis=0), arguments.seed)
    measure_looks(train, held_out)


if __name__ == "__main__":
    main()
