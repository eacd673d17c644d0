"""The public API: ``Studio`` (a home with its parts) and ``User`` (a person in it)."""

from __future__ import annotations

import difflib
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from studio import home, intake
from studio.catalog import Catalog
from studio.config import StudioConfig, load_config
from studio.errors import ConfigError, UnknownName
from studio.gallery import StoreGallery
from studio.parts import Parts
from studio.store import Blobs, Store
from studio.user import User

if TYPE_CHECKING:
    from studio.candidate import Candidate


class Studio:
    """A home: catalogue, people and the parts that serve them. Close it, or use it in ``with``."""

    def __init__(self, folder: Path, config: StudioConfig) -> None:
        self.home = folder
        self.config = config
        self.parts = Parts(config, home=folder)
        self.blobs = Blobs(home.blob_url(folder, config))
        self.store = Store.open(home.store_address(folder, config))
        self.gallery = StoreGallery(
            self.store,
            self.blobs,
            encoder=lambda: self.parts.encoder,
            folder=folder / "indexes",
        )
        self.catalog = Catalog(self.store, self.blobs, gallery=self.gallery, parts=self.parts)

    @classmethod
    def open(
        cls,
        path: str | Path = "~/.bespoke",
        *,
        backbone: str | None = None,
        config: str | Path | None = None,
        create: bool = True,
    ) -> Studio:
        """Open the home at ``path``; it is made if absent, unless ``create`` is off.

        ``backbone``: ``bundled``, a local folder in diffusers format, or a hub id. ``config``: a
        TOML file instead of the home's ``studio.toml``.
        """
        folder = home.prepare(Path(path).expanduser(), create=create)
        if config is not None and not Path(config).expanduser().is_file():
            raise ConfigError(f"no file {intake.shown_path(config)}; give a studio.toml")
        settings = load_config(Path(config).expanduser() if config else folder / home.CONFIG_NAME)
        if backbone is not None:
            settings = settings.model_copy(update={"backbone": backbone})
        return cls(folder, settings)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def users(self) -> list[str]:
        """Everybody's name, sorted."""
        return self.store.users()

    def user(self, name: str) -> User:
        """The person, made if absent; BadText where it cannot be a name."""
        self.store.add_user(intake.check_user(name))
        return User(self, name)

    def existing_user(self, name: str) -> User:
        """The person; UnknownName (with near names) where there is none."""
        intake.check_user(name)
        if not self.store.has_user(name):
            near = difflib.get_close_matches(name, self.store.users(), n=3)
            hint = (
                f"did you mean {', '.join(near)}?" if near else "make one with `bespoke user add`"
            )
            raise UnknownName(f"no person {name!r}; {hint}")
        return User(self, name)

    def remake(self, candidate_id: str, *, user: str) -> Candidate:
        """The candidate made again from its provenance, byte for byte on the same machine."""
        return self.existing_user(user).remake(candidate_id)
