from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generators.tiny import tiny_backbone

if TYPE_CHECKING:
    from generators.backbone import Backbone


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    """A tiny Stable Diffusion with an IP-Adapter; no test changes it."""
    return tiny_backbone(tmp_path_factory.mktemp("backbone"))


@pytest.fixture(scope="session")
def plain_backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    """The same weights without an adapter."""
    return tiny_backbone(tmp_path_factory.mktemp("plain"), adapter=False)
