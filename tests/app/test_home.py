"""The home's settings file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.home import settings, use_backbone, with_backbone
from studio.errors import ConfigError

NAME = 'a "quoted" \\ folder'


@pytest.mark.parametrize(
    "text",
    [
        "",
        'device = "cpu"\n',
        'backbone = "other"\ndevice = "cpu"\n',
        '[parts]\nencoder = "open_clip"\n',
        'device = "cpu"\n\n[options.generators.create]\nbackbone = "not this one"\n',
    ],
)
def test_the_backbone_is_set_and_the_rest_stays(text: str) -> None:
    before, after = tomllib.loads(text), tomllib.loads(with_backbone(text, NAME))
    assert after == {**before, "backbone": NAME}


def test_a_folder_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert use_backbone(tmp_path / "home", "model") == str(tmp_path / "model")
    assert settings(tmp_path / "home").backbone == str(tmp_path / "model")


def test_a_broken_file_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "studio.toml").write_text("colour = 3\n")
    with pytest.raises(ConfigError):
        use_backbone(tmp_path, "bundled")
    assert [path.name for path in tmp_path.iterdir()] == ["studio.toml"]
    assert (tmp_path / "studio.toml").read_text() == "colour = 3\n"
