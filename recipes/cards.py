"""Model cards: what a bundled model is, what it was made from, what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FRONT = "---\nlicense: apache-2.0\n---\n\n"
"""What `bespoke models` and model hubs read off a card."""
DATA = """## Data

- Sticker art with captions, split `train` only (8 % of concepts are held out in every style, and
  single pictures of known concepts in one style each):
  Fluent Emoji (microsoft/fluentui-emoji), **MIT**, in three styles;
  Noto Emoji, current and "blob" (googlefonts/noto-emoji), **Apache-2.0**.
  Captions and tags are Unicode CLDR's through emojibase-data (MIT).
- The drawn world of this repository (`generators.drawn`), Apache-2.0.
"""


def card(*, title: str, what: str, command: str, figures: dict[str, Any], limits: list[str]) -> str:
    """The card as Markdown; `command` is the line that makes the model again."""
    shown = json.dumps(figures, indent=2)
    points = "\n".join(f"- {limit}" for limit in limits)
    return (
        f"{FRONT}# {title}\n\n{what}\n\nLicence of the weights: Apache-2.0.\n\n{DATA}\n"
        f"## Made by\n\n```\n{command}\n```\n\n"
        f"## Measured\n\nBy the same command at its end, on held-out pictures unless said "
        f"otherwise.\n\n```json\n{shown}\n```\n\n## Limits\n\n{points}\n"
    )


def written(folder: Path, text: str) -> None:
    """Write the card to `folder`/README.md, whole or not at all."""
    partial = folder / "README.md.part"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / "README.md")
