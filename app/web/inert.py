"""Words of people, made inert: shown letter by letter, never read as Markdown or as a link."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^\"'])")
_JOINER = "\u2060"
_LINKS = re.compile(r"(?i)(:(?=//)|www(?=\.)|(?=@))")


def plain(text: str, *, longest: int = 0) -> str:
    """``text`` for a place that reads Markdown; cut to ``longest`` characters where given.

    Every sign of Markdown is escaped, and a word joiner (no width) keeps addresses from becoming
    links, which Streamlit would otherwise make of bare ones.
    """
    folded = " ".join(text.split())
    if longest and len(folded) > longest:
        folded = folded[: longest - 1].rstrip() + "…"
    return _SPECIAL.sub(r"\\\1", _LINKS.sub(rf"\1{_JOINER}", folded))
