"""Everything from outside is checked before anything is stored."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio import intake
from studio.content import Picture
from studio.errors import BadImage, BadText, InputError
from studio.request import Request


def png(size: tuple[int, int] = (8, 8), colour: str = "red") -> bytes:
    return intake.encode_png(Image.new("RGB", size, colour))


def bomb(width: int = 65_000, height: int = 65_000) -> bytes:
    """A valid PNG header that promises far too many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   \n\t",
        "\u200b",
        "a \u202ecat",
        "a\x00cat",
        "a \x1b[31mcat",
        "a \ud800 cat",
        "x" * (1 << 20),
    ],
    ids=["empty", "blank", "zero width", "turned", "nul", "escape", "surrogate", "1 MB"],
)
def test_bad_words_are_refused_in_one_line(words: str) -> None:
    with pytest.raises(BadText) as caught:
        intake.check_words(words)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_words_are_normalised() -> None:
    assert intake.check_words("  a\n happy   cafe\u0301 \t") == "a happy café"
    assert (
        intake.check_words("👩‍🚀 in space") == "👩‍🚀 in space"
    )  # joiners are not control characters


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.png"),
        (b"<html>not a picture</html>", "a.png"),
        (png((64, 64))[:-30], "a.png"),
        (png()[: len(png()) // 2], "a.png"),
        (png(), "a.jpg"),
        (bomb(), "a.png"),
        (bomb(9_000, 9_000), "a.png"),
        (b"%PDF-1.4 nothing", "a.jpg"),
    ],
    ids=["0 bytes", "html", "cut end", "cut half", "mislabelled", "bomb", "81 MP", "pdf"],
)
def test_bad_pictures_are_refused_in_one_line(data: bytes, name: str) -> None:
    with pytest.raises(BadImage) as caught:
        intake.decode(data, name=name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_pictures_come_out_upright_rgb_or_rgba() -> None:
    assert intake.decode(png()).mode == "RGB"
    palette = Image.new("P", (4, 4))
    palette.info["transparency"] = 0
    buffer = io.BytesIO()
    palette.save(buffer, "PNG", transparency=0)
    assert intake.decode(buffer.getvalue()).mode == "RGBA"
    turned = Image.new("RGB", (10, 20))
    exif = turned.getexif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    turned.save(buffer, "JPEG", exif=exif)
    assert intake.decode(buffer.getvalue()).size == (20, 10)


def test_missing_file_and_folder_are_bad_images(tmp_path: Path) -> None:
    for path in (tmp_path / "no.png", tmp_path, "a\0b.png"):
        with pytest.raises(BadImage):
            intake.read_file(path)


@pytest.mark.parametrize(
    "name", ["", "../ana", "a/b", "a..b", "-ana", "a b", "x" * 65, "ana\n", "é"]
)
def test_bad_person_names(name: str) -> None:
    with pytest.raises(BadText):
        intake.check_user(name)


@pytest.mark.parametrize("text", ["../../etc/passwd", "c123", "i" + "0" * 16, ""])
def test_ids_have_one_shape(text: str) -> None:
    with pytest.raises(InputError):
        intake.check_id(text, intake.CANDIDATE_ID, "a candidate")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "mural"},
        {"size": 0},
        {"size": 17},
        {"seed": -1},
        {"seed": 2**63},
        {"seed": 7.5},
        {"size": 2.5},
        {"personalization": float("nan")},
        {"personalization": -0.1},
        {"routes": ()},
        {"routes": ("fly",)},
        {"routes": ("edit", "edit")},
        {"mask": Picture(sha256="0" * 64, image=Image.new("L", (4, 4)))},
    ],
    ids=str,
)
def test_bad_requests(change: dict[str, object]) -> None:
    fields: dict[str, object] = {"user": "ana", "instruction": "a cat"}
    with pytest.raises(InputError):
        intake.check_request(Request(**(fields | change)))  # type: ignore[arg-type]


def test_mask_must_fit_its_reference() -> None:
    reference = Picture(sha256="1" * 64, image=Image.new("RGB", (8, 8)))
    mask = Picture(sha256="2" * 64, image=Image.new("RGB", (9, 8)))
    with pytest.raises(InputError, match="same size"):
        intake.check_request(
            Request(user="ana", instruction="a cat", references=(reference,), mask=mask)
        )


def test_request_digest_tells_every_field_apart() -> None:
    base = Request(user="ana", instruction="a cat")
    others = [
        Request(user="ben", instruction="a cat"),
        Request(user="ana", instruction="a dog"),
        Request(user="ana", instruction="a cat", seed=1),
        Request(user="ana", instruction="a cat", size=3),
        Request(user="ana", instruction="a cat", personalization=0.0),
        Request(user="ana", instruction="a cat", routes=("create",)),
        Request(
            user="ana",
            instruction="a cat",
            references=(Picture(sha256="1" * 64, image=Image.new("RGB", (8, 8))),),
        ),
    ]
    assert len({base.digest, *(other.digest for other in others)}) == len(others) + 1


def test_what_newer_people_send_is_welcome() -> None:
    assert intake.check_words("a cat with a \U0001fa77") == "a cat with a \U0001fa77"
    front, back = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    buffer = io.BytesIO()
    front.save(buffer, "MPO", save_all=True, append_images=[back])
    assert intake.decode(buffer.getvalue(), name="phone.jpg").size == (8, 8)
    with pytest.raises(BadText):
        intake.check_words("a\ufdd0cat")


def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", "/dev/zero"):
        with pytest.raises(BadImage, match="not a file"):
            intake.read_file(path)
    assert not intake.is_file("x" * 5000)
    assert not intake.is_folder("x" * 5000)
    with pytest.raises(BadImage):
        intake.read_file("x" * 5000)


def test_pictures_of_any_mode_are_taken() -> None:
    for mode in ("CMYK", "HSV", "F", "LAB", "1", "P", "LA", "I;16"):
        assert intake.take_picture(Image.new(mode, (4, 4))).image.mode in {"RGB", "RGBA"}


def test_grey_of_sixteen_bits_is_scaled() -> None:
    wide = np.linspace(0, 65_535, 256).round().astype(np.uint16)[None].repeat(4, 0)
    buffer = io.BytesIO()
    Image.fromarray(wide).save(buffer, "PNG")
    taken = np.asarray(intake.decode(buffer.getvalue()))
    assert taken.shape == (4, 256, 3)
    assert np.abs(taken[0, :, 0].astype(int) - np.arange(256)).max() <= 1
