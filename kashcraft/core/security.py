"""Forged requests refused by their headers, response headers, and where a request comes from."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from kashcraft.core import requests
from kashcraft.core.hosts import OwnHosts
from kashcraft.core.ids import keyed_hash
from kashcraft.core.settings import settings

# The most bytes of a body: of a form, of a processor's message, of files that staff bring.
FORM_BYTES = 512 * 1024
MESSAGE_BYTES = 64 * 1024
UPLOAD_BYTES = 12 * 1024 * 1024
# What the front says of a body that it did not take, as the status of the answer.
REFUSED_BODY = "kashcraft.refused"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; "
    "manifest-src 'self'"
)


def forged(headers: Any, own_origins: Collection[str], *, has_cookies: bool) -> bool:
    """Return whether an unsafe request may come from another site.

    ``Sec-Fetch-Site`` decides where the browser sends it, else ``Origin``; a request with neither passes only
    when it brings no cookie, because then it can do nothing in anybody's name.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin")
    if origin is not None:
        return origin not in own_origins
    return has_cookies


def accept_foreign_requests(view: Any) -> Any:
    """Mark a view that proves its sender by a signature (webhooks); the forgery check leaves it alone."""
    view.accepts_foreign_requests = True
    return view


def takes_files(view: Any) -> Any:
    """Mark a view that takes files; the bodies of all others are small."""
    view.most_bytes = UPLOAD_BYTES
    return view


def takes_messages(view: Any) -> Any:
    """Mark a view that takes the messages of other machines, which are smaller than any form."""
    view.most_bytes = MESSAGE_BYTES
    return view


def body_limit(app: Flask, method: str, path: str) -> int:
    """Return how many bytes the body of a request may have."""
    return _most_bytes(_view_at(app, method, path))


def takes_chunks(app: Flask, method: str, path: str) -> bool:
    """Return whether a request's body may come in chunks, so that nothing says how long it is: only where a
    signature over the body proves that it is whole.
    """
    return bool(getattr(_view_at(app, method, path), "accepts_foreign_requests", False))


def _view_at(app: Flask, method: str, path: str) -> Any:
    try:
        endpoint, _ = app.url_map.bind("").match(path, method)
    except HTTPException:
        return None
    return app.view_functions.get(endpoint)


def _most_bytes(view: Any) -> int:
    return int(getattr(view, "most_bytes", FORM_BYTES))


def init_app(app: Flask) -> None:
    """Refuse forged requests, large forms and addresses with a NUL in them, and send the security headers."""

    app.before_request(_limit_form)
    app.before_request(_refuse_forged)
    app.before_request(_refuse_what_names_nothing)
    app.after_request(_send_headers)
    app.after_request(_stay_on_this_host)


def _limit_form() -> None:
    refused = request.environ.get(REFUSED_BODY)
    if refused:
        abort(refused)
    most = _most_bytes(current_app.view_functions.get(request.endpoint or ""))
    request.max_content_length = most
    if (request.content_length or 0) > most:
        abort(413)


def _refuse_forged() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or getattr(view, "accepts_foreign_requests", False):
        return
    hosts: OwnHosts = current_app.extensions["hosts"]
    own = hosts.origins_of(request.scheme, request.host)
    if forged(request.headers, own, has_cookies=bool(request.cookies)):
        abort(403)


def _refuse_what_names_nothing() -> None:
    if requests.NUL in request.path:
        abort(400)


def _send_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def _stay_on_this_host(response: Response) -> Response:
    """Send nobody to an address that was made from the request's ``Host``, as for a missing slash."""
    target = response.headers.get("Location", "")
    if target.startswith(request.host_url):
        response.headers["Location"] = "/" + target.removeprefix(request.host_url).lstrip("/")
    return response


def visitor_network() -> str:
    """Return what limits count a visitor by: the address, or the /64 network of one of IPv6.

    Who has one address of IPv6 has a whole network of them.
    """
    return network_of(request.remote_addr or "127.0.0.1", 64)


def visitor_site() -> str:
    """Return a keyed hash of the site that a visitor comes from: the address, or the /48 network of one of
    IPv6, which is what one customer of a provider or of a tunnel broker can have. The address itself cannot
    be read out of it.
    """
    site = network_of(request.remote_addr or "127.0.0.1", 48)
    return keyed_hash(settings().secret_key, f"site:{site}")


def network_of(address: str, prefix: int) -> str:
    """Return an address of IPv4, also where it is written as one of IPv6, and the network of one of IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, prefix), strict=False))


def local_path(target: str | None) -> str | None:
    """Return a redirect target that stays on this site, or None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    clean = not parts.scheme and not parts.netloc and not any(ord(letter) < 33 for letter in target)
    return target if clean else None
