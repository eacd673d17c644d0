"""Records: a slate into the store, and what is read back to make a candidate again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from studio.candidate import Candidate, Provenance
from studio.fidelity import Fidelity
from studio.folder import fidelity_document, provenance_document, slate_document
from studio.intake import encode_png

if TYPE_CHECKING:
    from studio.slate import Slate
    from studio.store import Blobs, CandidateRow, Store


ENCODERS = 4
"""Threads that encode and write PNGs; zlib and disks let go of the interpreter."""


def fresh_seed() -> int:
    """A seed that nobody chose, in [0, 2**31)."""
    return secrets.randbelow(2**31)


def keep_slate(store: Store, blobs: Blobs, slate: Slate) -> None:
    """Log a slate: blobs first, then one transaction. Keeping it twice keeps it once.

    Of rejected candidates the findings and the provenance are kept, not the pixels.
    """
    from studio.store import SlateRow

    references = list(slate.request.references)
    if slate.request.mask is not None:
        references.append(slate.request.mask)
    with ThreadPoolExecutor(ENCODERS) as pool:
        shown = pool.map(lambda offer: blobs.put(encode_png(offer.image)), slate.offers)
        guidance, *_ = blobs.put_all(
            [slate.guidance.pack(), *(picture.data for picture in references if picture.data)]
        )
        stored = list(shown)
    offers = tuple(
        _row(
            slate,
            offer.candidate,
            offer.fidelity,
            blob=blob,
            rank=offer.rank,
            score=offer.score,
            propensity=offer.propensity,
        )
        for offer, blob in zip(slate.offers, stored, strict=True)
    )
    rejected = tuple(_row(slate, one.candidate, one.fidelity) for one in slate.rejected)
    document = slate_document(slate)
    store.add_slate(
        SlateRow(
            slate_id=slate.slate_id,
            user=slate.request.user,
            created=time.time(),
            request=document["request"],
            guidance=guidance,
            document=document,
            candidates=offers + rejected,
            blobs=tuple(sorted({picture.sha256 for picture in references})),
        )
    )


def _row(
    slate: Slate,
    candidate: Candidate,
    fidelity: Fidelity,
    *,
    blob: str = "",
    rank: int = 0,
    score: float = 0.0,
    propensity: float = 1.0,
) -> CandidateRow:
    from studio.store import CandidateRow

    return CandidateRow(
        candidate_id=candidate.candidate_id,
        slate_id=slate.slate_id,
        user=slate.request.user,
        route=candidate.route,
        rank=rank,
        seed=candidate.seed,
        blob=blob,
        source_item=candidate.source_item,
        score=float(score),
        propensity=float(propensity),
        provenance=provenance_document(candidate.provenance),
        fidelity=fidelity_document(fidelity),
    )


def read_provenance(document: Mapping[str, Any]) -> Provenance:
    """The provenance that ``provenance_document`` wrote."""
    return Provenance(
        route=document["route"],
        seed=document["seed"],
        index=document["index"],
        batch=tuple((seed, source) for seed, source in document["batch"]),
        backbone=document["backbone"],
        revision=document["revision"],
        guidance=document["guidance"],
        adapters=tuple(document["adapters"]),
        source_item=document["source_item"] or "",
        settings=MappingProxyType(dict(document["settings"])),
        versions=MappingProxyType(dict(document["versions"])),
    )
