"""What each part of the generative ranker brings: the same learner with one part taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ABLATIONS: Mapping[str, Mapping[str, Any]] = {
    "without network": {"parts": ("companions", "content")},
    "without companions": {"parts": ("items", "digits", "content")},
    "without companions and content": {"parts": ("items", "digits")},
    "item head alone": {"parts": ("items",)},
    "digits alone": {"parts": ("digits",)},
    "without item head": {"parts": ("digits", "companions", "content")},
    "without digits": {"parts": ("items", "companions", "content")},
    "without semantic IDs": {"levels": 0, "parts": ("items", "companions", "content")},
    "without content": {"content": 0.0, "parts": ("items", "digits", "companions")},
    "without slate training": {"slates": 0.0},
}
"""Options of ``ranking.decoder.learner`` by what is taken away. The first seven change only what
the mixture listens to, so they share the networks of the whole; the others train their own."""
