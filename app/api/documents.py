"""Documents: nouns as the API's JSON."""

from __future__ import annotations

from typing import Any

from studio.profile import Profile


def profile_document(profile: Profile) -> dict[str, Any]:
    """A taste as readable concepts, strongest first."""
    return {
        "object": "profile",
        "user": profile.user,
        "concepts": [
            {
                "name": concept.name,
                "weight": round(float(concept.weight), 4),
                "confidence": round(float(concept.confidence), 4),
                "kind": concept.kind,
                "source": concept.source,
                "evidence": list(concept.evidence),
            }
            for concept in profile.concepts
        ],
    }
