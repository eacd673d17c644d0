"""Intake: everything that comes from outside is checked here, before anything is stored."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import unicodedata
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from studio.content import KINDS, Picture
from studio.errors import BadImage, BadText, InputError
from studio.request import ROUTES, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
ITEM_ID = re.compile(r"i[0-9a-f]{16}")
CANDIDATE_ID = re.compile(r"c[0-9a-f]{16}")
SLATE_ID = re.compile(r"s[0-9a-f]{16}")

MAX_INSTRUCTION = 2_000  # characters
MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_SLATE = 16
PNG_KEY = "bespoke"
MAX_REFERENCES = 8
SUFFIXES = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".gif": "GIF",
    ".bmp": "BMP",
}
FORMATS = tuple(sorted(set(SUFFIXES.values())))


def shown(text: str, *, width: int = 60) -> str:
    """``text`` fit for one line of an error message."""
    printable = "".join(char if char.isprintable() else "?" for char in text[: width + 1])
    return printable if len(printable) <= width else printable[:width] + "…"


def shown_path(path: str | Path, *, width: int = 60) -> str:
    """A path fit for one line; a long one keeps its end, where the name stands."""
    text = str(path)
    return shown(text) if len(text) <= width else "…" + shown(text[-width:])


def check_user(name: str) -> str:
    """A person's name as an identifier; BadText where it cannot be one."""
    if not USER.fullmatch(name) or ".." in name:
        raise BadText(
            f"{shown(name)!r} cannot be a person's name; "
            "use 1 to 64 letters, digits, and . _ @ + - (not first, no '..')"
        )
    return name


def check_id(text: str, pattern: re.Pattern[str], what: str) -> str:
    """An id of ours; InputError where it has another shape (a path, say)."""
    if not pattern.fullmatch(text):
        raise InputError(
            f"{shown(text)!r} is not {what}; it looks like {pattern.pattern[0]} and 16 hex digits"
        )
    return text


def is_control(char: str) -> bool:
    """True for control and direction-turning characters, lone surrogates and noncharacters.

    Characters that Unicode assigned after this Python was made (new emoji) are welcome.
    """
    code = ord(char)
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return True  # turns the direction of what stands beside it
    is_nothing = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_nothing or unicodedata.category(char) in {"Cc", "Cs"}


def check_words(text: str, *, what: str = "instruction", longest: int = MAX_INSTRUCTION) -> str:
    """Words from a person: NFC, white space folded; BadText where they cannot be used."""
    if len(text) > longest:
        raise BadText(f"the {what} has {len(text):,} characters; shorten it to at most {longest:,}")
    for char in text:
        if is_control(char) and char not in "\t\n\r":
            raise BadText(f"the {what} holds the control character U+{ord(char):04X}; remove it")
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(char)[0] not in "ZCM" or ord(char) > 0xFFFF for char in words):
        raise BadText(f"the {what} is empty; say in words what you want")
    return words


def decode(data: bytes, *, name: str = "the picture") -> Image:
    """Encoded bytes as an upright RGB or RGBA picture; BadImage where that is not safe.

    Formats: PNG, JPEG, WebP, GIF (first frame) and BMP, at most 64 megapixels and 64 MiB.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not data:
        raise BadImage(f"{name} is empty (0 bytes); give a whole picture")
    if len(data) > MAX_BYTES:
        raise BadImage(f"{name} has {len(data) >> 20} MiB; give one of at most 64 MiB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_pixels(image, name)
                _check_suffix(image, name)
                image.load()
                upright = _eight_bits(ImageOps.exif_transpose(image))
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage(
            f"{name} unpacks to too many pixels; give one of at most 64 megapixels"
        ) from error
    except UnidentifiedImageError as error:
        raise BadImage(
            f"{name} is not a picture that can be read; give a PNG, JPEG, WebP, GIF or BMP file"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadImage(
            f"{name} is damaged or cut short ({shown(str(error))}); save it again and retry"
        ) from error


def _eight_bits(image: Image) -> Image:
    """Grey of sixteen bits scaled to eight; others as they are."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")


def _check_pixels(image: Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise BadImage(
            f"{name} has {width:,} x {height:,} pixels; give one of at most 64 megapixels"
        )


def _check_suffix(image: Image, name: str) -> None:
    suffix = Path(name).suffix.lower()
    held = "JPEG" if image.format == "MPO" else image.format  # a phone's JPEG with a second picture
    if suffix in SUFFIXES and held != SUFFIXES[suffix]:
        raise BadImage(
            f"{name} is named {suffix} but holds a {image.format} picture; rename it and retry"
        )


def read_file(path: str | Path) -> bytes:
    """The bytes of a picture file; BadImage where it cannot be read."""
    path = Path(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadImage(f"{shown_path(path)} is not a file; give the path of a picture")
        if status.st_size > MAX_BYTES:
            raise BadImage(f"{shown(path.name)} is over 64 MiB; give a smaller picture")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadImage(
            f"cannot read {shown_path(path)} ({reason}); give the path of a picture"
        ) from error


def take_picture(source: str | Path | bytes | Image) -> Picture:
    """A reference or mask, from a path, encoded bytes or a PIL picture."""
    name = "the picture"
    if isinstance(source, str | Path):
        data, name = read_file(source), shown(Path(source).name)
    else:
        data = source if isinstance(source, bytes) else encode_png(source)
    return Picture(
        sha256=hashlib.sha256(data).hexdigest(), image=decode(data, name=name), data=data
    )


def is_file(path: str | Path) -> bool:
    """True for a file that is there; False also for what cannot be a path."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: str | Path) -> bool:
    """True for a folder that is there; False also for what cannot be a path."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def encode_png(image: Image, *, text: str = "") -> bytes:
    """PNG bytes: lossless, quick rather than smallest, the same for the same pixels.

    ``text`` goes into an iTXt chunk ``PNG_KEY``: how the picture was made, for whoever reads it.
    """
    from studio.png import png_bytes

    if image.mode not in {"RGB", "RGBA", "L"} or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return png_bytes(image, text=(PNG_KEY, text) if text else None)


def check_request(request: Request) -> Request:
    """The request, valid; InputError naming the field that is not."""
    check_user(request.user)
    for name in ("size", "seed"):
        if type(getattr(request, name)) is not int:
            raise InputError(f"{name} is {getattr(request, name)!r}; give a whole number")
    if request.kind not in KINDS:
        raise InputError(f"kind {shown(request.kind)!r} is unknown; use one of {', '.join(KINDS)}")
    if not 1 <= request.size <= MAX_SLATE:
        raise InputError(f"a slate of {request.size} cannot be made; ask for 1 to {MAX_SLATE}")
    if not 0 <= request.seed < 2**63:
        raise InputError(f"seed {request.seed} is out of range; use 0 to 2**63 - 1")
    if not 0 <= request.personalization <= 2:  # also refuses NaN
        raise InputError(
            f"personalization {request.personalization} is out of range; use 0 (off) to 2"
        )
    _check_routes(request.routes)
    if len(request.references) > MAX_REFERENCES:
        raise InputError(f"{len(request.references)} references; give at most {MAX_REFERENCES}")
    if request.mask is not None:
        if not request.references:
            raise InputError("a mask needs a reference picture that it masks; give one")
        if request.mask.image.size != request.references[0].image.size:
            raise InputError(
                f"the mask is {request.mask.image.size} and the first reference "
                f"{request.references[0].image.size} pixels; make them the same size"
            )
    return request


def _check_routes(routes: Sequence[str]) -> None:
    if not routes:
        raise InputError(f"no route asked for; use one or more of {', '.join(ROUTES)}")
    for route in routes:
        if route not in ROUTES:
            raise InputError(f"route {shown(route)!r} is unknown; use {', '.join(ROUTES)}")
    if len(set(routes)) != len(routes):
        raise InputError("a route is named twice; name each once")
