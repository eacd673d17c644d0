"""API keys: made, listed, revoked, and asked whom they may act for."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from studio import intake
from studio.errors import InputError
from studio.store import KeyRow, Store
from studio.store.keys import Keys

PREFIX = "bsp_"
SHAPE = re.compile(r"bsp_[A-Za-z0-9_-]{43}")
KeyList = list[KeyRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """The keys of a home. The key itself is shown once, when it is made, and stored nowhere."""

    store: Store

    def add(
        self, label: str, *, users: Sequence[str] = (), everybody: bool = False
    ) -> tuple[KeyRow, str]:
        """A new key and its secret; UnknownName for a person who is not there."""
        if bool(users) == everybody:
            raise InputError("a key acts for the people you name or for everybody; say which")
        secret = PREFIX + secrets.token_urlsafe(32)
        row = KeyRow(
            key_id="k" + secrets.token_hex(8),
            digest=digest_of(secret),
            label=intake.check_words(label, what="label", longest=100),
            users=tuple(sorted({intake.check_user(user) for user in users})),
            everybody=everybody,
            created=time.time(),
        )
        return Keys(store=self.store).add(row), secret

    def list(self, *, user: str = "") -> KeyList:
        """Oldest first; with ``user`` those for that person alone."""
        return Keys(store=self.store).list(user=user)

    def revoke(self, key_id: str, *, user: str = "") -> KeyRow:
        """Let a key open nothing from now on."""
        return Keys(store=self.store).revoke(key_id, user=user)

    def find(self, secret: str) -> KeyRow | None:
        """The valid key with this secret; notes that it was used."""
        if not SHAPE.fullmatch(secret):
            return None
        keys = Keys(store=self.store)
        row = keys.find(digest_of(secret))
        if row is not None:
            keys.touch(row)
        return row

    def any_valid(self) -> bool:
        """Whether some key opens something."""
        return Keys(store=self.store).any_valid()


def digest_of(secret: str) -> str:
    """sha256 of a key. A key is 32 random bytes, so no slower digest is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
