"""``/v1/images``: generations and edits, as OpenAI's clients ask for them."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.api.asked import MODEL, Asked, ImageAsk, asked, finished, form_asked
from app.api.caller import AtDesk, Desk
from app.api.failures import answer_of, error_named
from app.api.links import GONE, Links
from app.api.preference import Preference, Prefers
from app.jobs import Job
from app.jobs.job import document_of
from studio import intake
from studio.errors import BespokeError, Cancelled, UnknownName
from studio.store import SlateRow

routes = APIRouter(tags=["images"])
POLL_S = 0.05
"""Between two looks at a job whose previews are streamed."""
GONE_S = 1.0
"""After which it is asked whether the client is still there."""
MOST_PARTS = 64
USAGE = {
    "input_tokens": 0,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
    "output_tokens": 0,
    "total_tokens": 0,
}
"""Nothing is counted in tokens here; clients expect the numbers."""
EDIT_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image", "prompt"],
                    "properties": {
                        "image": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "mask": {"type": "string", "format": "binary"},
                        "prompt": {"type": "string", "maxLength": intake.MAX_INSTRUCTION},
                        "model": {"type": "string", "enum": [MODEL]},
                        "n": {"type": "integer", "minimum": 1, "maximum": 10},
                        "size": {"type": "string"},
                        "response_format": {"type": "string", "enum": ["b64_json", "url"]},
                        "output_format": {"type": "string", "enum": ["png", "jpeg", "webp"]},
                        "background": {"type": "string"},
                        "stream": {"type": "boolean"},
                        "partial_images": {"type": "integer", "minimum": 0, "maximum": 3},
                        "user": {"type": "string"},
                        "personalization": {"type": "string"},
                    },
                }
            }
        },
    }
}


@routes.post("/images/generations")
async def generate(desk: AtDesk, body: Annotated[ImageAsk, Body()], prefers: Prefers) -> Response:
    """Pictures from words, personal to ``user``."""
    return await _answer(desk, asked(body), prefers, event="image_generation")


@routes.post("/images/edits", openapi_extra=EDIT_FORM)
async def edit(desk: AtDesk, prefers: Prefers) -> Response:
    """Pictures from pictures; a mask is transparent (alpha 0) where to edit."""
    request = desk.request
    async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS) as form:
        wanted = await form_asked(form)
    return await _answer(desk, wanted, prefers, event="image_edit")


@routes.get("/images/files/{candidate_id}", response_class=Response)
def file(request: Request, candidate_id: str, user: str, expires: int, signature: str) -> Response:
    """A picture by the link that an answer held; no key, it expires."""
    links: Links = request.app.state.links
    links.check(user, candidate_id, expires=expires, signature=signature)
    studio = request.app.state.serving.studio
    try:
        row = studio.store.candidate(candidate_id, user=user)
    except UnknownName as error:
        raise UnknownName(GONE) from error
    return Response(studio.blobs.get(row.blob), media_type="image/png")


async def _answer(desk: Desk, wanted: Asked, prefers: Preference, *, event: str) -> Response:
    job = await run_in_threadpool(_submit, desk, wanted)
    desk.about(job.job_id)
    if wanted.ask.stream:
        return StreamingResponse(
            _events(desk, wanted, job, event=event), media_type="text/event-stream"
        )
    if prefers.is_async:
        told = {"Preference-Applied": "respond-async"}
        if prefers.wait_s:
            told["Preference-Applied"] += f", wait={prefers.wait_s}"
            job = await desk.waited(job, seconds=prefers.wait_s)
        if not (prefers.wait_s and job.is_over):
            told["Location"] = f"{desk.request.scope.get('root_path', '')}/jobs/{job.job_id}"
            return JSONResponse(document_of(job), status_code=202, headers=told)
        return JSONResponse(await run_in_threadpool(_document, desk, wanted, job), headers=told)
    try:
        job = await _over(desk, job)
    except asyncio.CancelledError:
        await _abandon(desk, job)
        raise
    if not job.is_over:
        await _abandon(desk, job)
        raise Cancelled("the client went away before the pictures were done")
    return JSONResponse(await run_in_threadpool(_document, desk, wanted, job))


def _submit(desk: Desk, wanted: Asked) -> Job:
    person = desk.person(wanted.ask.user, new=wanted.personal.new)
    return desk.serving.queue.generate(
        person.name,
        wanted.ask.prompt,
        kind=wanted.kind,
        size=wanted.count,
        seed=wanted.personal.seed,
        references=wanted.references,
        mask=wanted.mask,
        routes=wanted.routes,
        personalization=wanted.personal.strength,
        priority=wanted.personal.priority,
        key=desk.key,
        looks=wanted.partials,
    )


async def _over(desk: Desk, job: Job) -> Job:
    """The job once it is over, or as it stands when the client has gone."""
    while not job.is_over and not await desk.request.is_disconnected():
        job = await desk.waited(job, seconds=GONE_S)
    return job


async def _abandon(desk: Desk, job: Job) -> None:
    """Cancel a job that nobody waits for, unless a key can ask for it again."""
    if not desk.key:
        await run_in_threadpool(desk.serving.queue.cancel, job.user, job.job_id)


async def _events(desk: Desk, wanted: Asked, job: Job, *, event: str) -> AsyncIterator[bytes]:
    queue = desk.serving.queue
    sent = 0
    try:
        while True:
            over = job.is_over
            while sent < wanted.partials:
                png = queue.previews.read(job.job_id, sent)
                if png is None:
                    break
                picture = await run_in_threadpool(_finished, wanted, png)
                about = _told(wanted, job) | {"b64_json": _b64(picture)}
                yield _sse(f"{event}.partial_image", {**about, "partial_image_index": sent})
                sent += 1
            if over:
                break
            await asyncio.sleep(POLL_S)
            job = await run_in_threadpool(queue.get, job.user, job.job_id)
        slate = await run_in_threadpool(_slate, desk, job)
        for row in slate.offers:
            data = await run_in_threadpool(desk.serving.studio.blobs.get, row.blob)
            picture = await run_in_threadpool(_finished, wanted, data)
            about = _told(wanted, job) | {"b64_json": _b64(picture), "usage": USAGE}
            ours = {"slate_id": slate.slate_id, "candidate_id": row.candidate_id}
            yield _sse(f"{event}.completed", about | ours)
    except BespokeError as error:
        yield _sse("error", answer_of(error)[1])
    finally:
        if not job.is_over and not desk.key:
            queue.cancel(job.user, job.job_id)


def _sse(event: str, document: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps({'type': event, **document})}\n\n".encode()


def _told(wanted: Asked, job: Job) -> dict[str, Any]:
    ask = wanted.ask
    return {
        "created_at": int(job.created),
        "background": ask.background or "auto",
        "output_format": wanted.format,
        "quality": "auto",
        "size": ask.size or "auto",
    }


def _slate(desk: Desk, job: Job) -> SlateRow:
    """The slate of a job that is over; the error it ended with where there is none."""
    if job.state == "cancelled":
        raise Cancelled("the job was cancelled; ask again")
    if job.state != "done":
        raise error_named(job.error_type, job.error)
    return desk.serving.studio.store.slate(job.slate_id, user=job.user)


def _finished(wanted: Asked, data: bytes) -> bytes:
    return finished(
        data,
        side=wanted.side,
        kind=wanted.format,
        quality=wanted.ask.output_compression,
        opaque=wanted.ask.background == "opaque",
    )


def _document(desk: Desk, wanted: Asked, job: Job) -> dict[str, Any]:
    slate = _slate(desk, job)
    told = _told(wanted, job)
    items = {item["candidate_id"]: item for item in slate.document["items"]}
    data = []
    for row in slate.offers:
        item = items[row.candidate_id]
        ours = {
            "candidate_id": row.candidate_id,
            "route": row.route,
            "score": item["score"],
            "reason": item["reason"],
        }
        if wanted.ask.response_format == "url":
            shown: dict[str, Any] = {"url": _link(desk, job.user, row.candidate_id)}
        else:
            picture = _finished(wanted, desk.serving.studio.blobs.get(row.blob))
            shown = {"b64_json": _b64(picture)}
        data.append(shown | {"revised_prompt": slate.document["guidance"]["prompt"]} | ours)
    created = told.pop("created_at") or int(time.time())
    return {
        "created": created,
        **told,
        "data": data,
        "usage": USAGE,
        "job_id": job.job_id,
        "slate_id": slate.slate_id,
        "seed": job.arguments["seed"],
        "passed_over": slate.document.get("passed_over", []),
    }


def _link(desk: Desk, user: str, candidate_id: str) -> str:
    request = desk.request
    links: Links = request.app.state.links
    base = (desk.serving.settings.public_url or str(request.base_url)).rstrip("/")
    return f"{base}/v1/images/files/{candidate_id}?{urlencode(links.query(user, candidate_id))}"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
