"""Contact sheets: pictures with a few words, laid out to be read at a glance.

All lengths are pixels. A sheet holds sections (cards), a section strips, a strip tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

PAPER, CARD, WELL = "#f3f0ea", "#ffffff", "#f7f5f1"
INK, SOFT, LINE = "#26231f", "#7b746a", "#e6e1d8"
MARGIN, PADDING, GAP = 40, 28, 12
CORNER = 14
TITLE, HEADING, LABEL, NAME, NOTE = 34, 26, 16, 15, 13
LEADING = 1.32
TITLE_LINES, NOTE_LINES = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture with what is said of it."""

    image: Image.Image = field(compare=False, repr=False)
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Tiles of one size in a row, wrapped where the card ends."""

    label: str
    tiles: tuple[Tile, ...]
    side: int = 150
    """pixels of a tile's square"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One card."""

    heading: str
    words: str = ""
    strips: tuple[Strip, ...] = ()


def contact_sheet(
    title: str, words: str, sections: Sequence[Section], *, columns: int = 2, card: int = 720
) -> Image.Image:
    """The sheet as RGB; ``columns`` cards of ``card`` pixels stand side by side."""
    columns = max(1, min(columns, len(sections)))
    drawn = [draw_section(section, width=card) for section in sections]
    rows = [drawn[at : at + columns] for at in range(0, len(drawn), columns)]
    width = 2 * MARGIN + columns * card + (columns - 1) * MARGIN // 2
    intro = wrapped(words, NAME + 2, width - 2 * MARGIN, lines=6)
    head = MARGIN + step(TITLE) + len(intro) * step(NAME + 2) + GAP
    tall = [max(one.height for one in row) + 2 * CORNER for row in rows]
    height = head + GAP + sum(tall) + len(rows) * (MARGIN // 2) + MARGIN // 2
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, MARGIN - 8), title, font=font(TITLE), fill=INK)
    write(pen, (MARGIN, MARGIN + step(TITLE) - 4), intro, NAME + 2, SOFT)
    top = head + GAP
    for row, deep in zip(rows, tall, strict=True):
        for at, one in enumerate(row):
            left = MARGIN + at * (card + MARGIN // 2)
            box = (left, top, left + card, top + deep)
            pen.rounded_rectangle(box, CORNER, fill=CARD, outline=LINE)
            sheet.paste(one, (left + CORNER, top + CORNER))
        top += deep + MARGIN // 2
    return sheet


def draw_section(section: Section, *, width: int) -> Image.Image:
    """The inside of a card, ``width`` less its round corners wide."""
    inner = width - 2 * PADDING
    words = wrapped(section.words, NAME, inner, lines=3)
    strips = [strip for strip in section.strips if strip.tiles]
    blocks = [draw_strip(strip, width=inner) for strip in strips]
    head = step(HEADING) + len(words) * step(NAME) + GAP
    height = head + sum(step(LABEL) + 6 + block.height + GAP for block in blocks) + GAP
    made = Image.new("RGB", (width - 2 * CORNER, height), CARD)
    pen = ImageDraw.Draw(made)
    left, top = PADDING - CORNER, PADDING - CORNER
    pen.text((left, top - 6), section.heading, font=font(HEADING), fill=INK)
    write(pen, (left, top + step(HEADING)), words, NAME, SOFT)
    top += head
    for strip, block in zip(strips, blocks, strict=True):
        pen.text((left, top), strip.label, font=font(LABEL), fill=INK)
        top += step(LABEL) + 6
        made.paste(block, (left, top))
        top += block.height + GAP
    return made


def draw_strip(strip: Strip, *, width: int) -> Image.Image:
    """The tiles of a strip, wrapped to ``width``."""
    across = max(1, (width + GAP) // (strip.side + GAP))
    cells = [draw_tile(tile, side=strip.side) for tile in strip.tiles]
    rows = [cells[at : at + across] for at in range(0, len(cells), across)]
    height = sum(max(cell.height for cell in row) for row in rows) + GAP * (len(rows) - 1)
    made = Image.new("RGB", (width, height), CARD)
    top = 0
    for row in rows:
        for at, cell in enumerate(row):
            made.paste(cell, (at * (strip.side + GAP), top))
        top += max(cell.height for cell in row) + GAP
    return made


def draw_tile(tile: Tile, *, side: int) -> Image.Image:
    """A picture in its well, with its title and note beneath."""
    title = wrapped(tile.title, NAME, side, lines=TITLE_LINES)
    note = wrapped(tile.note, NOTE, side, lines=NOTE_LINES)
    words = len(title) * step(NAME) + len(note) * step(NOTE)
    made = Image.new("RGB", (side, side + (words + 6 if words else 0)), CARD)
    pen = ImageDraw.Draw(made)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), CORNER // 2 + side // 40, fill=WELL)
    room = side - 2 * max(3, side // 18)
    picture = fitted(tile.image, room)
    at = ((side - picture.width) // 2, (side - picture.height) // 2)
    made.paste(picture, at, picture)
    write(pen, (1, side + 6), title, NAME, INK)
    write(pen, (1, side + 6 + len(title) * step(NAME)), note, NOTE, SOFT)
    return made


def fitted(image: Image.Image, room: int) -> Image.Image:
    """The picture as RGBA, as large as fits ``room`` × ``room``."""
    rgba = image.convert("RGBA")
    scale = room / max(rgba.size)
    size = (max(1, round(rgba.width * scale)), max(1, round(rgba.height * scale)))
    return rgba.resize(size, Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def font(size: int) -> FreeTypeFont:
    """The typeface that comes with Pillow."""
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType; install a Pillow wheel")
    return loaded


def step(size: int) -> int:
    """Height of a line of that size."""
    return round(size * LEADING)


def write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], lines: Sequence[str], size: int, ink: str
) -> None:
    """Lines of text from ``at`` downwards."""
    for number, line in enumerate(lines):
        pen.text((at[0], at[1] + number * step(size)), line, font=font(size), fill=ink)


def wrapped(text: str, size: int, width: int, *, lines: int) -> list[str]:
    """``text`` in at most ``lines`` lines of ``width`` pixels; what is left out is an ellipsis."""
    letters = font(size)
    made: list[str] = []
    words = text.split()
    while words and len(made) < lines:
        line = words.pop(0)
        while words and letters.getlength(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        made.append(line)
    if made and (words or letters.getlength(made[-1]) > width):
        made[-1] = made[-1] + "…"
    return [clipped(line, letters, width) for line in made]


def clipped(line: str, letters: FreeTypeFont, width: int) -> str:
    """A line shortened, with an ellipsis, until it is ``width`` pixels long."""
    if letters.getlength(line) <= width:
        return line
    short = line.rstrip("…")
    while short and letters.getlength(short + "…") > width:
        short = short[:-1]
    return short.rstrip() + "…"
