"""Configuration is validated and holds no code; parts come through the plugin door."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio import plugins
from studio.config import StudioConfig, load_config
from studio.errors import ConfigError, PluginError
from studio.parts import Parts


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path / "studio.toml") == StudioConfig()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bakbone = 'x'", "bakbone"),
        ("threads = -1", "threads"),
        ("[parts]\nranke = 'x'", "ranke"),
        ("not toml at all", "TOML"),
        ("options = 3", "options"),
        ("[options]\nsteps = 3", "options.steps"),
        ("[options.nope.x]", "options.nope"),
        ("[options.generators.craete]\nsteps = 3", "options.generators.craete"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, text: str, names: str) -> None:
    path = tmp_path / "studio.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=names) as caught:
        load_config(path)
    assert "\n" not in str(caught.value)


def test_options_reach_their_part(tmp_path: Path) -> None:
    path = tmp_path / "studio.toml"
    path.write_text("[options.checks.copy]\nthreshold = 0.5\n")
    assert load_config(path).options == {"checks.copy": {"threshold": 0.5}}


def test_unknown_part_says_what_is_installed(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="taste"):
        plugins.builder("rankers", "nobody")
    config = StudioConfig.model_validate({"parts": {"generators": {"create": "create"}}})
    with pytest.raises(ConfigError, match="create"):
        Parts(config, home=tmp_path).generator("edit")


def test_every_default_part_is_registered() -> None:
    names = StudioConfig().parts
    assert names.encoder in plugins.names("encoders")
    assert names.commander in plugins.names("commanders")
    assert names.profiler in plugins.names("profilers")
    assert names.taste in plugins.names("tastes")
    assert names.instructor in plugins.names("instructors")
    assert names.scout in plugins.names("scouts")
    assert names.ranker in plugins.names("rankers")
    assert set(names.generators.values()) <= set(plugins.names("generators"))
    assert set(names.checks) <= set(plugins.names("checks"))


def test_a_part_is_built_once(tmp_path: Path) -> None:
    parts = Parts(StudioConfig(), home=tmp_path)
    made = [parts.shared("thing", object) for _ in range(3)]
    assert made[0] is made[1] is made[2]
