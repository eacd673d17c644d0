"""A small reverse proxy on loopback that names the person, as a company's front door does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FROM = "127.0.0.2"
"""Where the proxy's own requests come from."""
HEADER = "X-Forwarded-User"


class Proxy:
    """Passes every connection on: one request each, or a websocket; its own header put in."""

    def __init__(self, port: int, *, person: str) -> None:
        self.behind = port
        self.person = person
        self.port = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self.pass_on, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stop.wait()
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        first, *lines = head.rstrip("\r\n").split("\r\n")
        kept = [line for line in lines if not line.lower().startswith(HEADER.lower())]
        if not any(line.lower().startswith("upgrade:") for line in kept):
            kept = [line for line in kept if not line.lower().startswith("connection:")]
            kept.append("Connection: close")
        kept.append(f"{HEADER}: {self.person}")
        back, onward = await asyncio.open_connection("127.0.0.1", self.behind, local_addr=(FROM, 0))
        onward.write(("\r\n".join([first, *kept]) + "\r\n\r\n").encode("latin-1"))
        await asyncio.gather(pour(reader, onward), pour(back, writer))


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes from one to the other until either ends."""
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@contextmanager
def proxied(port: int, *, person: str) -> Iterator[str]:
    """The address of a proxy before a server on ``port`` of loopback."""
    proxy = Proxy(port, person=person)
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(proxy.serve(ready, stop)), daemon=True
    )
    thread.start()
    assert ready.wait(10)
    yield f"http://127.0.0.1:{proxy.port}"
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()
