"""Versions: trained rankers of a home, under ``models/ranker``; one is in use, or none.

A version is a folder ``v0001`` with weights (safetensors) and ``card.json``. It is written beside
its place and moved there, and ``current`` names the one in use, so a kill at any moment leaves the
one that was in use. Of the people it learned from a card keeps salted digests: enough to say
whether somebody who is gone is still in it, not enough to say who.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.errors import ModelError, StoreFull, StoreLocked, UnknownName

if TYPE_CHECKING:
    from ranking.studio_ranker.learning import Version

FOLDER = Path("models") / "ranker"
CURRENT = "current"
WEIGHTS = "ranker.safetensors"
CARD = "card.json"
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What there is to know of a version without loading it."""

    number: int
    created: float
    """Seconds since the epoch, UTC."""
    encoder: str
    salt: str
    people: tuple[str, ...] = field(repr=False)
    """Salted digests of the names of those it learned from, sorted."""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def gone(self, users: Sequence[str]) -> int:
        """How many of those it learned from are not here any more: train again to forget them."""
        here = {person_digest(user, self.salt) for user in users}
        return sum(one not in here for one in self.people)


def person_digest(user: str, salt: str) -> str:
    """16 hex digits."""
    return hashlib.sha256(f"{salt}\x1f{user}".encode()).hexdigest()[:16]


def place(home: Path) -> Path:
    """Where a home keeps its versions."""
    return home / FOLDER


@contextmanager
def training(folder: Path) -> Iterator[Path]:
    """The folder for checkpoints, held alone; StoreLocked while another training goes on.

    The lock goes with the process, however it ends.
    """
    try:
        (folder / "unfinished").mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreLocked(
                    "the ranker of this home is being trained; wait until that has ended"
                ) from error
            yield folder / "unfinished"
    except OSError as error:
        raise StoreFull(f"cannot write the ranker ({error.strerror}); free some space") from error


def numbers(folder: Path) -> list[int]:
    """Versions that are there, ascending."""
    found = [path.name for path in folder.glob("v[0-9][0-9][0-9][0-9]") if path.is_dir()]
    return sorted(int(name[1:]) for name in found)


def current(folder: Path) -> int:
    """The version in use; 0: none."""
    path = folder / CURRENT
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return 0
    if not text.isdigit():
        raise ModelError(f"{path.name} of the ranker names no version; run `bespoke ranker use 0`")
    return int(text)


def use(folder: Path, number: int) -> None:
    """Make a version the one in use; 0: the first ranker. UnknownName where it is not there."""
    if number and number not in numbers(folder):
        there = ", ".join(map(str, numbers(folder))) or "none"
        raise UnknownName(f"no version {number} of the ranker (there: {there})")
    folder.mkdir(parents=True, exist_ok=True)
    _written(folder / CURRENT, str(number).encode())


def rolled_back(folder: Path) -> int:
    """Use the version before the one in use; returns it, 0 where the first ranker is next."""
    now = current(folder)
    if not now:
        raise UnknownName("no version of the ranker is in use; there is nothing to go back from")
    before = max((one for one in numbers(folder) if one < now), default=0)
    use(folder, before)
    return before


def cards(folder: Path) -> list[Card]:
    """Cards of all versions, oldest first."""
    return [card(folder, number) for number in numbers(folder)]


def card(folder: Path, number: int) -> Card:
    """The card of a version; ModelError where it is broken."""
    path = folder / f"v{number:04d}" / CARD
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Card(
            number=number,
            created=float(told["created"]),
            encoder=told["encoder"],
            salt=told["salt"],
            people=tuple(told["people"]),
            figures=told["figures"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"version {number} of the ranker is broken (card.json); remove its folder and train"
        ) from error


def add(folder: Path, version: Version, *, people: Sequence[str]) -> Card:
    """Write a version behind the others and use it; those there stay."""
    from safetensors.numpy import save

    number = max(numbers(folder), default=0) + 1
    salt = secrets.token_hex(8)
    made = Card(
        number=number,
        created=time.time(),
        encoder=version.encoder,
        salt=salt,
        people=tuple(sorted(person_digest(one, salt) for one in people)),
        figures=version.figures,
    )
    arrays = arrays_of(version)
    partial = folder / f".v{number:04d}.{secrets.token_hex(4)}.part"
    try:
        partial.mkdir(parents=True)
        settings = {
            "format": str(FORMAT),
            "shape": json.dumps(asdict(version.shape)),
            "items": json.dumps(version.names.items),
            "places": str(0 if version.rewards is None else version.rewards.places),
            "weight": repr(version.names.space.weight),
        }
        _written(partial / WEIGHTS, save(arrays, metadata=settings))
        _written(partial / CARD, json.dumps(asdict(made), indent=1).encode())
        partial.rename(folder / f"v{number:04d}")
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise StoreFull(f"cannot write the ranker ({error.strerror}); free some space") from error
    use(folder, number)
    return made


def forgotten(folder: Path, *, users: Sequence[str]) -> list[int]:
    """Remove the versions, but the one in use, that learned from people who are gone.

    Left-overs of trainings that were killed while they wrote go, too. Call it while ``training``.
    """
    dropped = [
        one.number for one in cards(folder) if one.number != current(folder) and one.gone(users)
    ]
    for number in dropped:
        shutil.rmtree(folder / f"v{number:04d}")
    for left in folder.glob(".v*.part"):
        shutil.rmtree(left, ignore_errors=True)
    return dropped


def arrays_of(version: Version) -> dict[str, np.ndarray]:
    """Every array of a version; ModelError where a number is not finite."""
    names = version.names
    found = {
        "names.mean_D": names.mean_D,
        "names.mean_C": names.space.mean_C,
        "names.map_DC": names.space.map_DC,
        "names.books": names.quantizer.books,
        "names.digits_NG": names.ids.digits_NG,
        "names.fused_CF": names.fused_CF,
    }
    modules = {"network": version.network, "rewards": version.rewards}
    for prefix, module in modules.items():
        if module is not None:
            for name, value in module.state_dict().items():
                found[f"{prefix}.{name}"] = value.detach().numpy()
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise ModelError(f"{name} of the ranker is not finite; train it again")
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def load(folder: Path, number: int) -> Version:
    """A version, ready to rank; ModelError where it is missing or broken."""
    import torch
    from safetensors import SafetensorError, safe_open

    from ranking.rewards.model import RewardModel
    from ranking.semantic_ids.identifiers import SemanticIds
    from ranking.semantic_ids.quantizers import ResidualMeans
    from ranking.semantic_ids.vectors import FusedSpace
    from ranking.studio_ranker.learning import Version
    from ranking.studio_ranker.naming import Names
    from ranking.studio_ranker.network import Shape, StudioNetwork

    about = card(folder, number)
    path = folder / f"v{number:04d}" / WEIGHTS
    broken = f"version {number} of the ranker is broken ({WEIGHTS}); `bespoke ranker rollback`"
    try:
        with safe_open(path, framework="np") as file:
            settings = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if settings["format"] != str(FORMAT):
            raise ModelError(f"version {number} of the ranker has another format; train it again")
        shape = Shape(**json.loads(settings["shape"]))
        names = Names(
            items=tuple(json.loads(settings["items"])),
            mean_D=arrays["names.mean_D"],
            space=FusedSpace(
                weight=float(settings["weight"]),
                mean_C=arrays["names.mean_C"],
                map_DC=arrays["names.map_DC"],
            ),
            quantizer=ResidualMeans(books=arrays["names.books"]),
            ids=SemanticIds(digits_NG=arrays["names.digits_NG"], codes=shape.codes),
            fused_CF=arrays["names.fused_CF"],
        )

        def weights(prefix: str) -> dict[str, torch.Tensor]:
            return {
                name.removeprefix(prefix): torch.from_numpy(value)
                for name, value in arrays.items()
                if name.startswith(prefix)
            }

        network = StudioNetwork(shape)
        network.load_state_dict(weights("network."))
        rewards = None
        if int(settings["places"]):
            rewards = RewardModel(shape, int(settings["places"]))
            rewards.load_state_dict(weights("rewards."))
            rewards.eval()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(broken) from error
    return Version(
        names=names,
        shape=shape,
        network=network.eval(),
        rewards=rewards,
        encoder=about.encoder,
        figures=dict(about.figures),
    )


def _written(path: Path, data: bytes) -> None:
    """Replace a file in one move, its bytes on disk before."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
