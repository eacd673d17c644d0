"""A slate as a folder: numbered pictures and ``slate.json``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import StoreFull

if TYPE_CHECKING:
    from studio.candidate import Provenance
    from studio.fidelity import Fidelity
    from studio.slate import Offer, Slate


def file_name(offer: Offer) -> str:
    """``01-<candidate>.png``."""
    return f"{offer.rank:02d}-{offer.candidate_id}.png"


def provenance_document(provenance: Provenance) -> dict[str, Any]:
    """Provenance as JSON."""
    return {
        "route": provenance.route,
        "seed": provenance.seed,
        "index": provenance.index,
        "batch": [list(draft) for draft in provenance.batch],
        "backbone": provenance.backbone,
        "revision": provenance.revision,
        "guidance": provenance.guidance,
        "adapters": list(provenance.adapters),
        "source_item": provenance.source_item or None,
        "settings": dict(provenance.settings),
        "versions": dict(provenance.versions),
    }


def fidelity_document(fidelity: Fidelity) -> dict[str, Any]:
    """Findings by check as JSON."""
    return {
        name: {
            "score": round(float(found.score), 6),
            "threshold": float(found.threshold),
            "passed": bool(found.passed),
            "reason": found.reason,
            "item": found.item or None,
        }
        for name, found in fidelity.findings.items()
    }


def slate_document(slate: Slate) -> dict[str, Any]:
    """The ``slate.json`` of the contract."""
    return {
        "slate_id": slate.slate_id,
        "user": slate.request.user,
        "request": {
            "instruction": slate.request.instruction,
            "kind": slate.request.kind,
            "size": slate.request.size,
            "seed": slate.request.seed,
            "personalization": float(slate.request.personalization),
            "routes": list(slate.request.routes),
            "references": [picture.sha256 for picture in slate.request.references],
            "mask": slate.request.mask.sha256 if slate.request.mask else None,
        },
        "items": [_offer_document(offer) for offer in slate.offers],
        "rejected": [
            {
                "candidate_id": one.candidate.candidate_id,
                "route": one.route,
                "failed": dict(one.reasons),
                "about": {
                    name: found.item
                    for name, found in one.fidelity.findings.items()
                    if name in one.reasons and found.item
                },
            }
            for one in slate.rejected
        ],
        "passed_over": list(slate.passed_over),
        "guidance": {
            "digest": slate.guidance.digest,
            "prompt": slate.guidance.prompt,
            "negative": slate.guidance.negative,
            "concepts": {name: round(w, 6) for name, w in slate.guidance.concepts.items()},
            "routes": [asdict(plan) for plan in slate.guidance.routes],
            "route_reason": slate.guidance.route_reason,
        },
        "timings": {name: round(seconds, 4) for name, seconds in slate.timings.items()},
    }


def _offer_document(offer: Offer) -> dict[str, Any]:
    return {
        "rank": offer.rank,
        "candidate_id": offer.candidate_id,
        "file": file_name(offer),
        "route": offer.route,
        "source_item": offer.candidate.source_item or None,
        "seed": offer.candidate.seed,
        "score": round(float(offer.score), 6),
        "scores": {name: round(float(part), 6) for name, part in offer.scores.items()},
        "reason": offer.reason,
        "fidelity": fidelity_document(offer.fidelity),
        "propensity": float(offer.propensity),
        "provenance": provenance_document(offer.provenance),
    }


def save_slate(slate: Slate, folder: str | Path) -> Path:
    """Write the pictures and then ``slate.json`` into ``folder``; returns the JSON's path.

    All files are written beside the folder first, so a full disk leaves no half slate.
    """
    from studio.intake import encode_png

    folder = Path(folder)
    document = slate_document(slate)
    files = {
        item["file"]: encode_png(offer.image, text=_account(document, item))
        for offer, item in zip(slate.offers, document["items"], strict=True)
    }
    files["slate.json"] = json_bytes(document)
    write_all(folder, files)
    return folder / "slate.json"


def _account(document: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """What a picture says of itself: how it was made; nothing of whom it was made for."""
    told = {
        "made_with": "bespoke",
        "candidate_id": item["candidate_id"],
        "slate_id": document["slate_id"],
        "instruction": document["request"]["instruction"],
        "route": item["route"],
        "provenance": item["provenance"],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Readable UTF-8 JSON with a final newline."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, made if absent: none of them where the space does not last."""
    staging: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".bespoke-", dir=folder))
        for name, data in files.items():
            (staging / name).write_bytes(data)
        for name in files:
            os.replace(staging / name, folder / name)
    except OSError as error:
        raise StoreFull(
            f"cannot write to {folder.name} ({error.strerror}); free space or choose another folder"
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
