"""Links: addresses of pictures that open without a key until they expire."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StoreFull, UnknownName

SECRET_NAME = "server.key"  # noqa: S105 - the name of the file, not what is in it
LIFETIME_S = 3600
GONE = "no such picture, or its link has expired; ask for it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Signs addresses with a secret of this home."""

    secret: bytes

    @classmethod
    def of(cls, home: Path) -> Links:
        """The home's secret, made if absent, readable by its owner alone."""
        path = home / SECRET_NAME
        try:
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(secret=path.read_bytes())
        except OSError as error:
            raise StoreFull(f"cannot write {SECRET_NAME} ({error.strerror}); free space") from error
        with os.fdopen(opened, "wb") as file:
            secret = secrets.token_bytes(32)
            file.write(secret)
        return cls(secret=secret)

    def query(self, user: str, candidate_id: str, *, now: float | None = None) -> dict[str, str]:
        """What to add to an address so that it opens for ``LIFETIME_S`` seconds."""
        expires = int((time.time() if now is None else now) + LIFETIME_S)
        signature = self._sign(user, candidate_id, expires)
        return {"user": user, "expires": str(expires), "signature": signature}

    def check(self, user: str, candidate_id: str, *, expires: int, signature: str) -> None:
        """UnknownName where the signature is not ours or the time is over."""
        wanted = self._sign(user, candidate_id, expires)
        if not hmac.compare_digest(wanted.encode(), signature.encode()) or time.time() > expires:
            raise UnknownName(GONE)

    def _sign(self, user: str, candidate_id: str, expires: int) -> str:
        text = f"{user}\x1f{candidate_id}\x1f{expires}"
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()
