"""Parts: what a studio is made of, each built once, when first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from studio import plugins
from studio.errors import ConfigError

if TYPE_CHECKING:
    from studio.config import StudioConfig
    from studio.protocols import (
        Check,
        Commander,
        Encoder,
        Generator,
        Instructor,
        Profiler,
        Ranker,
        Scout,
        TasteModel,
    )

T = TypeVar("T")


class Parts:
    """Builds parts through the plugin door and keeps them."""

    def __init__(self, config: StudioConfig, *, home: Path) -> None:
        self.config = config
        self.home = home
        self._made: dict[str, Any] = {}
        self._lock = RLock()

    def shared(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` returned the first time ``key`` was asked for (a loaded backbone, say)."""
        if key in self._made:  # without the lock: another part may take seconds to build
            known: T = self._made[key]
            return known
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            made: T = self._made[key]
            return made

    def part(self, group: str, name: str) -> Any:
        """The part ``name`` of ``group``, built with its own options."""

        def make() -> Any:
            options = self.config.options.get(f"{group}.{name}", {})
            return plugins.builder(group, name)(self, options)

        return self.shared(f"{group}.{name}", make)

    @property
    def encoder(self) -> Encoder:
        """Pictures and words into one space."""
        encoder: Encoder = self.part("encoders", self.config.parts.encoder)
        return encoder

    @property
    def commander(self) -> Commander:
        """Sentences into profile edits."""
        commander: Commander = self.part("commanders", self.config.parts.commander)
        return commander

    @property
    def profiler(self) -> Profiler:
        """History into concepts."""
        profiler: Profiler = self.part("profilers", self.config.parts.profiler)
        return profiler

    @property
    def taste(self) -> TasteModel:
        """History into a taste."""
        taste: TasteModel = self.part("tastes", self.config.parts.taste)
        return taste

    @property
    def instructor(self) -> Instructor:
        """Request, history and profile into guidance."""
        instructor: Instructor = self.part("instructors", self.config.parts.instructor)
        return instructor

    @property
    def scout(self) -> Scout:
        """Guidance into drafts."""
        scout: Scout = self.part("scouts", self.config.parts.scout)
        return scout

    def generator(self, route: str) -> Generator:
        """Drafts into candidates, for one route."""
        name = self.config.parts.generators.get(route)
        if name is None:
            known = ", ".join(self.config.parts.generators)
            raise ConfigError(f"no generator for route {route!r}; studio.toml has: {known}")
        generator: Generator = self.part("generators", name)
        return generator

    @property
    def checks(self) -> Mapping[str, Check]:
        """Fidelity checks by name, in order."""
        return MappingProxyType(
            {name: self.part("checks", name) for name in self.config.parts.checks}
        )

    @property
    def ranker(self) -> Ranker:
        """What passed into a slate."""
        ranker: Ranker = self.part("rankers", self.config.parts.ranker)
        return ranker
