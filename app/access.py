"""Access: how people prove who they are to this server, decided once when it starts."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio import intake
from studio.config import WebSettings
from studio.errors import AccessDenied, BadText, ConfigError

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who is let in.

    ``open``: whoever reaches loopback may be anybody. ``header``: a trusted proxy names the person.
    ``oidc``: people sign in. ``keys``: the API takes keys, the pages are closed. In every mode a
    key opens the API.
    """

    mode: str
    header: str = ""
    """Lower case; set where a proxy names the person."""
    proxies: tuple[str, ...] = ()
    """Addresses from which that header is believed."""
    claim: str = "email"
    """What of the sign-in names the person."""

    def page_person(
        self,
        *,
        headers: Mapping[str, str],
        peer: str | None = None,
        signed_in: Mapping[str, Any] | None = None,
    ) -> str | None:
        """The person at a page; None where anybody may be picked. AccessDenied for nobody.

        The server has taken the header out of requests that no trusted proxy sent.
        """
        if self.mode == "open":
            return None
        if self.mode == "header":
            return self._named(headers.get(self.header) or headers.get(self.header.title()))
        if self.mode == "oidc":
            return self._named(None if signed_in is None else signed_in.get(self.claim))
        raise AccessDenied(
            "the pages are closed here: set up sign-in ([web.oidc] or [web] trusted_header in "
            "studio.toml); the API under /v1 takes keys"
        )

    def is_proxy(self, address: str) -> bool:
        """Whether the trusted header is believed from there."""
        return bool(self.header) and address in self.proxies

    def _named(self, name: object) -> str:
        if not isinstance(name, str) or not name:
            raise AccessDenied("nobody is signed in; sign in first")
        try:
            return intake.check_user(name)
        except BadText as error:
            raise AccessDenied(f"the signed-in name cannot be used: {error}") from error


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to ``host``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def decide(settings: WebSettings, *, host: str, has_keys: bool) -> Access:
    """How people prove who they are; ConfigError where a network could reach it unproven."""
    if settings.trusted_header:
        return Access(
            mode="header",
            header=settings.trusted_header.lower(),
            proxies=settings.trusted_proxies,
        )
    if settings.oidc is not None:
        return Access(mode="oidc", claim=settings.oidc.claim)
    if is_loopback(host):
        return Access(mode="open")
    if has_keys:
        return Access(mode="keys")
    raise ConfigError(
        f"a server on {host} can be reached by others and nobody has to prove who they are; add a "
        "key (`bespoke keys add`), set up sign-in in studio.toml, or leave --host out"
    )
