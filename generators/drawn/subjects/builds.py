"""Builds that several animals share."""

from __future__ import annotations

from generators.drawn.paths import Path, blob, both, ellipse, line, mirrored
from generators.drawn.scene import Figure, Part, Vary, body, detail, mark, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def pair(path: Path, role: str = "main") -> tuple[Part, ...]:
    """The shape and its mirror image, as bodies."""
    return body(path, role), body(mirrored(path), role)


def nose(y: float = 59, w: float = 4.0, role: str = "ink") -> tuple[Part, ...]:
    """A small nose that points down."""
    return (mark(blob((64 - w, y - 2), (64, y - 2.6), (64 + w, y - 2), (64, y + 3)), role),)


def sitter(
    v: Vary,
    *,
    behind: tuple[Part, ...] = (),
    face_marks: tuple[Part, ...] = (),
    over: tuple[Part, ...] = (),
    head: tuple[float, float] = (35, 30),
    belly: str = "light",
    paws: str = "main",
    hues: tuple[str | None, str | None, str | None] = (None, None, None),
    nose: bool = True,
) -> Figure:
    """A sitting animal seen from the front: large head over a small body with four paws.

    behind is drawn first (ears, tail), face_marks on the head, over on top of all.
    """
    wide, tall = v(0.94, 1.06), v(0.94, 1.06)
    rx, ry = head[0] * wide, head[1] * tall
    torso = blob((64, 70), (84, 84), (87 * wide + 64 * (1 - wide), 104), (78, 115), (64, 117),
                 (50, 115), (41 * wide + 64 * (1 - wide), 104), (44, 84))
    foot = ellipse(51, 114, 9.5, 6)
    arm = ellipse(49, 94 + v(-3, 3), 6, 11, turn=v(6, 26))
    skull = blob((64, 52 - ry), (64 + rx * 0.72, 52 - ry * 0.72), (64 + rx, 54), (64 + rx * 0.7,
        78),
                 (64, 84), (64 - rx * 0.7, 78), (64 - rx, 54), (64 - rx * 0.72, 52 - ry * 0.72))
    parts = (
        *behind,
        body(torso),
        detail(ellipse(64, 102, 14, 14), belly),
        *pair(foot, paws),
        *pair(arm, paws),
        body(skull),
        *face_marks,
        *over,
    )
    return Figure(
        parts=parts, face=(64, 56, 1.05), top=(64, 52 - ry + 4, 36), neck=(64, 85, 40),
        side=(102, 94), ears=(64, 54, rx), hues=hues, nose=nose,
    )


def muzzle(rx: float = 14, ry: float = 10, y: float = 67, role: str = "muzzle") -> tuple[Part, ...]:
    """A pale round about the mouth."""
    return (detail(ellipse(64, y, rx, ry), role),)


def whiskers() -> tuple[Part, ...]:
    """Two whiskers a side."""
    lines = line((36, 62), (24, 59)), line((36, 67), (24, 69))
    return tuple(stroke(both(p), "dark", 1.5) for p in lines)
