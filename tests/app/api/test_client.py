"""The official ``openai`` client, unchanged, against the running server."""

from __future__ import annotations

import base64
import io
import json

import httpx
import openai
import pytest
from PIL import Image

from app.api.asked import repaint_mask
from app.api.preference import LONGEST_S, preference_of
from app.jobs import Queue
from studio import Studio
from studio.errors import BadImage
from tests.app.api.conftest import Server, half_mask, personal, png
from tests.app.jobs.conftest import wait

pytestmark = pytest.mark.slow


def opened(b64: str | None) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(b64 or "")))


def test_models(server: Server) -> None:
    client = server.client()
    assert [model.id for model in client.models.list()] == ["bespoke"]
    assert client.models.retrieve("bespoke").owned_by == "bespoke"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-image-1")


def test_generate(server: Server) -> None:
    client = server.client()
    made = client.images.generate(
        model="bespoke", prompt="a happy cat", n=2, user="ana", extra_body=personal(seed=7)
    )
    assert made.data
    assert len(made.data) == 2
    assert (made.model_extra or {})["passed_over"] == []
    for one in made.data:
        image = opened(one.b64_json)
        assert (image.format, image.size, image.mode) == ("PNG", (512, 512), "RGBA")
        assert one.revised_prompt
    again = client.images.generate(
        prompt="a happy cat", n=2, user="ana", extra_body=personal(seed=7)
    )
    assert again.data
    assert [one.b64_json for one in again.data] == [one.b64_json for one in made.data]


def test_nobody_named_is_a_guest(server: Server) -> None:
    assert server.client().images.generate(prompt="a happy cat").data


@pytest.mark.parametrize(
    ("asked", "form", "size", "mode"),
    [
        ({"size": "256x256"}, "PNG", 256, "RGBA"),
        ({"size": "1024x1024", "output_format": "webp"}, "WEBP", 1024, "RGBA"),
        ({"output_format": "jpeg", "output_compression": 40}, "JPEG", 512, "RGB"),
        ({"background": "opaque"}, "PNG", 512, "RGB"),
        ({"size": "auto", "background": "transparent", "quality": "high"}, "PNG", 512, "RGBA"),
    ],
)
def test_formats(server: Server, asked: dict[str, object], form: str, size: int, mode: str) -> None:
    made = server.client().images.generate(prompt="a happy cat", user="ben", **asked)  # type: ignore[call-overload]
    image = opened(made.data[0].b64_json)
    assert (image.format, image.size, image.mode) == (form, (size, size), mode)


def test_urls_open_without_a_key_and_expire(server: Server) -> None:
    made = server.client().images.generate(prompt="a happy cat", user="ana", response_format="url")
    assert made.data
    url = made.data[0].url or ""
    answer = httpx.get(url)
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (512, 512)
    for wrong in (
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace("user=ana", "user=ben"),
        url.replace("expires=1", "expires=2"),
    ):
        assert wrong != url
        assert httpx.get(wrong).status_code == 404


def test_edit_with_a_mask_keeps_the_rest(server: Server) -> None:
    made = server.client().images.edit(
        image=("cat.png", png("red")),
        mask=("mask.png", half_mask()),
        prompt="a blue cat",
        user="ana",
        extra_body=personal(kind="poster", seed=3),
    )
    assert made.data
    image = opened(made.data[0].b64_json).convert("RGB")
    right = image.crop((image.width * 3 // 4, 0, image.width, image.height))
    low, high = zip(*right.getextrema(), strict=True)
    assert max(abs(a - b) for a, b in zip(low, (255, 0, 0), strict=True)) <= 2
    assert max(abs(a - b) for a, b in zip(high, (255, 0, 0), strict=True)) <= 2


def test_the_mask_turns_round() -> None:
    ours = Image.open(io.BytesIO(repaint_mask(half_mask()))).convert("L")
    assert (ours.getpixel((2, 5)), ours.getpixel((30, 5))) == (255, 0)
    with pytest.raises(BadImage, match="no transparency"):
        repaint_mask(png())
    with pytest.raises(BadImage, match="opaque everywhere"):
        repaint_mask(png((1, 2, 3, 255), mode="RGBA"))


def test_streaming_generations(server: Server) -> None:
    events = list(
        server.client().images.generate(
            prompt="a happy fox",
            user="ana",
            stream=True,
            partial_images=2,
            extra_body=personal(routes=["create"]),
        )
    )
    partial = [event for event in events if event.type == "image_generation.partial_image"]
    assert [event.partial_image_index for event in partial] == [0, 1]
    assert all(opened(event.b64_json).format == "PNG" for event in partial)
    assert events[-1].type == "image_generation.completed"
    assert opened(events[-1].b64_json).size == (512, 512)
    assert len({event.b64_json for event in events}) == 3


def test_streaming_edits(server: Server) -> None:
    events = list(
        server.client().images.edit(
            image=[("a.png", png("red")), ("b.png", png("blue"))],
            prompt="a green cat",
            user="ben",
            stream=True,
            partial_images=1,
        )
    )
    assert [event.type for event in events] == [
        "image_edit.partial_image",
        "image_edit.completed",
    ]


def test_an_error_in_a_stream_is_raised(server: Server) -> None:
    with Studio.open(server.home) as studio:  # another process looks at the same queue
        queue = Queue(studio)
        queue.hold()
        try:
            events = server.client().images.generate(prompt="a cat", user="ben", stream=True)
            (job,) = queue.unfinished("ben")
            queue.cancel("ben", job.job_id)
            with pytest.raises(openai.APIError, match="cancelled"):
                list(events)
        finally:
            queue.release()


def test_a_stream_that_is_left_ends_its_job(server: Server) -> None:
    with Studio.open(server.home) as studio:
        queue = Queue(studio)
        queue.hold()
        try:
            events = server.client().images.generate(prompt="a cat", user="ben", stream=True)
            (job,) = queue.unfinished("ben")
            events.close()
            wait(lambda: queue.get("ben", job.job_id).state == "cancelled")
        finally:
            queue.release()


@pytest.mark.parametrize(
    ("asked", "error", "param", "code"),
    [
        ({"prompt": " "}, openai.BadRequestError, None, "invalid_value"),
        ({"prompt": "x" * 5000}, openai.BadRequestError, "prompt", "invalid_value"),
        ({"n": 11}, openai.BadRequestError, "n", "invalid_value"),
        ({"size": "7x7"}, openai.BadRequestError, "size", "invalid_value"),
        ({"model": "dall-e-3"}, openai.BadRequestError, "model", "model_not_found"),
        ({"output_format": "svg"}, openai.BadRequestError, "output_format", "invalid_value"),
        ({"extra_body": {"foo": 1}}, openai.BadRequestError, "foo", "unknown_parameter"),
        (
            {"extra_body": personal(mood="x")},
            openai.BadRequestError,
            "personalization",
            "invalid_value",
        ),
        (
            {"extra_body": {"personalization": "{"}},
            openai.BadRequestError,
            "personalization",
            "invalid_value",
        ),
        ({"user": "nobody"}, openai.NotFoundError, None, "not_found"),
        ({"user": "../etc"}, openai.NotFoundError, None, "not_found"),
    ],
)
def test_errors(
    server: Server,
    asked: dict[str, object],
    error: type[openai.APIStatusError],
    param: str | None,
    code: str,
) -> None:
    with pytest.raises(error) as caught:
        server.client().images.generate(**({"prompt": "a cat"} | asked))  # type: ignore[call-overload]
    body = caught.value.body
    assert isinstance(body, dict)
    assert set(body) == {"message", "type", "param", "code"}
    assert (body["param"], body["code"]) == (param, code)


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 400),
        (b"", 400),
        (b"GIF89a nothing", 400),
    ],
)
def test_bad_pictures_are_refused(server: Server, picture: bytes, code: int) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        server.client().images.edit(image=("x.png", picture), prompt="a cat", user="ana")
    assert caught.value.status_code == code


def test_feedback_changes_the_profile_and_what_follows(server: Server) -> None:
    client = server.client()
    made = client.images.generate(prompt="a happy dog", user="cleo", n=2)
    assert made.data
    chosen = (made.data[0].model_extra or {})["candidate_id"]
    with server.http() as http:
        done = http.post("/feedback", json={"user": "cleo", "verb": "choose", "candidate": chosen})
        assert done.json()["verb"] == "choose"
        said = http.post(
            "/profile", json={"user": "cleo", "act": "say", "words": "more pastel, never skulls"}
        ).json()
        assert {edit["concept"] for edit in said["changed"]} == {"pastel", "skull"}
        profile = http.get("/profile", params={"user": "cleo"}).json()
        weights = {one["name"]: one["weight"] for one in profile["concepts"]}
        assert weights["skull"] < 0 < weights["pastel"]
        http.post("/profile", json={"user": "cleo", "act": "set", "concept": "gold", "weight": 1})
        undone = http.post("/profile", json={"user": "cleo", "act": "undo"}).json()
        assert [edit["concept"] for edit in undone["changed"]] == ["gold"]


def test_a_job_can_be_watched(server: Server) -> None:
    with server.http(Prefer="respond-async") as http:
        answer = http.post("/images/generations", json={"prompt": "a cat", "user": "ana", "n": 3})
        assert answer.status_code == 202
        job = answer.json()
        assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
        while job["status"] not in {"done", "failed"}:
            job = http.get(f"/jobs/{job['id']}").json()
        assert job["slate_id"]
        assert job["ahead"] == 0
        page = http.get("/jobs", params={"user": "ana", "limit": 1}).json()
        assert page["data"][0]["id"] == job["id"]
        assert page["has_more"]


def test_a_job_can_be_waited_for(server: Server) -> None:
    ask = {"prompt": "a dog", "user": "ana", "n": 1}
    with server.http(Prefer="respond-async") as http:
        job = http.post("/images/generations", json=ask).json()
        answer = http.get(f"/jobs/{job['id']}", headers={"Prefer": "wait=60"})
        assert answer.headers["preference-applied"] == "wait=60"
        assert answer.json()["status"] == "done"
        over = http.get(f"/jobs/{job['id']}", headers={"Prefer": "wait=60"})
        assert over.elapsed.total_seconds() < 5
        whole = http.post(
            "/images/generations", json=ask, headers={"Prefer": "respond-async, wait=60"}
        )
        assert whole.status_code == 200
        assert len(whole.json()["data"]) == 1


ODD_WAITS = (
    *("wait=", "wait=-1", "wait=1e9", "wait=x", "await=3", 'wait="x"'),
    *('x="a, wait=9"', "foo; wait=10", "norespond-async"),
)


def test_nobody_waits_longer_than_a_minute() -> None:
    assert preference_of(["wait=99999999"]).wait_s == LONGEST_S
    assert preference_of(["wait=" + "9" * 1000]).wait_s == 0


def test_a_wait_ends_with_the_job_as_it_stands(server: Server) -> None:
    ask = {"prompt": "a dog", "user": "ana", "n": 1}
    with server.http(Prefer="respond-async") as http:
        jobs = [http.post("/images/generations", json=ask).json() for _ in range(4)]
        last = f"/jobs/{jobs[-1]['id']}"
        assert http.post(f"{last}/pause").json()["status"] == "paused"
        waited = http.get(last, headers={"Prefer": "wait=1"})
        assert waited.json()["status"] == "paused"
        assert waited.elapsed.total_seconds() >= 1
        for odd in ODD_WAITS:
            now = http.get(last, headers={"Prefer": odd})
            assert now.status_code == 200
            assert "preference-applied" not in now.headers
        quoted = http.get(last, headers={"Prefer": 'x="a, wait=9", wait="1"'})
        assert quoted.headers["preference-applied"] == "wait=1"
        both = [("Prefer", "handling=lenient"), ("Prefer", "Wait = 1")]
        assert http.get(last, headers=both).headers["preference-applied"] == "wait=1"
        someone = http.get(last, params={"user": "cleo"}, headers={"Prefer": "wait=60"})
        assert someone.status_code == 404
        assert someone.elapsed.total_seconds() < 5
        nobody = http.get("/jobs/j0000000000000000", headers={"Prefer": "wait=60"})
        assert nobody.status_code == 404
        assert nobody.elapsed.total_seconds() < 5
        for job in jobs:
            http.post(f"/jobs/{job['id']}/cancel")


def test_the_document_is_served_and_loads_nothing_from_elsewhere(server: Server) -> None:
    with server.http() as http:
        document = http.get("/openapi.json").json()
        assert "/images/generations" in document["paths"]
        assert http.get("/docs").status_code == 404
        assert "http" not in json.dumps(document["paths"])
