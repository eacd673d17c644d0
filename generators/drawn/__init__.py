"""The drawn world: labelled stickers drawn by our own code, crisp at any size.

sample(7) -> Drawing      a label
svg(drawing) -> str       a vector document
render(drawing) -> Image  pixels
caption(drawing) -> str   words
"""

from generators.drawn.accessories import ACCESSORIES
from generators.drawn.drawing import LOOKS, Drawing, caption, sample
from generators.drawn.faces import MOODS
from generators.drawn.grounds import BACKGROUNDS
from generators.drawn.palettes import PALETTES
from generators.drawn.render import render, svg
from generators.drawn.subjects import SUBJECTS

__all__ = [
    "ACCESSORIES",
    "BACKGROUNDS",
    "LOOKS",
    "MOODS",
    "PALETTES",
    "SUBJECTS",
    "Drawing",
    "caption",
    "render",
    "sample",
    "svg",
]
