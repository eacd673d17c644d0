"""Signing: what a sign-in's cookie says, as Streamlit reads it for its pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks


def signed_in(cookies: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the provider said of the person; None without a cookie that this server signed."""
    raw = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    if not raw:
        return None
    told = json.loads(raw)
    return told if isinstance(told, dict) and told.get("is_logged_in") else None
