"""Candidates: pictures with the account of how they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from generators.terms import ImagePrompts, Terms, recommended
from studio.candidate import Candidate, Draft, Provenance

if TYPE_CHECKING:
    from PIL.Image import Image

    from generators.backbone import Backbone
    from generators.models import Task
    from generators.remote import RemoteBackbone
    from studio.guidance import Guidance

Settings = Mapping[str, float | int | str]
LIBRARIES = (
    "torch", "diffusers", "transformers", "numpy", "scipy", "Pillow", "bespoke-studio"
)  # fmt: skip


@lru_cache(maxsize=1)
def versions() -> Mapping[str, str]:
    """Library to version, of what a picture's bytes depend on."""
    return MappingProxyType({name: version(name) for name in LIBRARIES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the candidates of one call have in common."""

    route: str
    guidance: Guidance
    backbone: str = ""
    """Spec; empty where no model made the picture."""
    revision: str = ""


def candidate_id(origin: Origin, draft: Draft) -> str:
    """``c`` and 16 hex digits; the same for the same guidance, model, route, source and seed."""
    source = draft.source.item_id if draft.source else ""
    parts = (
        origin.guidance.digest,
        origin.revision,
        origin.route,
        str(draft.index),
        str(draft.seed),
        source,
    )
    return "c" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def candidates_of(
    origin: Origin,
    *,
    drafts: Sequence[Draft],
    images: Sequence[Image],
    settings: Sequence[Settings],
) -> list[Candidate]:
    """A candidate a draft, in order, with its provenance."""
    batch = tuple((draft.seed, draft.source.item_id if draft.source else "") for draft in drafts)
    digest = origin.guidance.digest
    made = []
    for place, (draft, image, own) in enumerate(zip(drafts, images, settings, strict=True)):
        source = draft.source.item_id if draft.source else ""
        provenance = Provenance(
            route=origin.route,
            seed=draft.seed,
            index=place,
            batch=batch,
            backbone=origin.backbone,
            revision=origin.revision,
            guidance=digest,
            source_item=source,
            settings=MappingProxyType(dict(own)),
            versions=versions(),
        )
        made.append(
            Candidate(
                candidate_id=candidate_id(origin, draft),
                route=origin.route,
                seed=draft.seed,
                image=image,
                provenance=provenance,
                source_item=source,
            )
        )
    return made


def terms_of(
    guidance: Guidance,
    backbone: Backbone | RemoteBackbone,
    *,
    steps: int | None,
    guidance_scale: float | None,
    ip_scale: float | None,
    task: Task = "create",
) -> tuple[Terms, Settings]:
    """Guidance as terms of a backbone for a task, and what to note of them in the provenance.

    Where the backbone cannot take the image prompts they are left out, and the note says why.
    """
    defaults = backbone.defaults
    terms = recommended(
        defaults, guidance.prompt, task=task, steps=steps or 0, negative=guidance.negative
    )
    if guidance_scale is not None:
        terms = replace(terms, guidance_scale=guidance_scale)
    scale = defaults.ip_scale if ip_scale is None else ip_scale
    scale *= 1 + 0.5 * max(0.0, guidance.personalization - 1)  # their weights end at 1
    prompts, note = None, "none"
    embeddings_ND = guidance.image_prompts_ND
    weights = tuple(float(weight) for weight in guidance.image_prompt_weights_N)
    if len(embeddings_ND) and max(weights) > 0 and scale > 0:
        gap = backbone.image_prompt_gap(dim=embeddings_ND.shape[1], encoder=guidance.encoder)
        note = gap or "used"
        if not gap:
            prompts = ImagePrompts(embeddings_ND=embeddings_ND, weights_N=weights, scale=scale)
            terms = replace(terms, image_prompts=prompts)
    noted: Settings = {
        "steps": terms.steps,
        "guidance_scale": terms.guidance_scale,
        "image_prompt": note,
        "ip_scale": prompts.strength if prompts else 0.0,
        "size": backbone.size,
        "device": backbone.device,
    }
    return terms, noted
