"""Refusal of forged requests, limits of request bodies, security headers, and networks of visitors."""

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
from kashcraft.core.settings import installation

# Maximum bytes of a body: of a form, of a webhook, and of a form with files. The last is more than a picture
# may have (12 MiB), so that a picture that is slightly too large is refused beside its field.
FORM_BYTES = 512 * 1024
MESSAGE_BYTES = 64 * 1024
UPLOAD_BYTES = 16 * 1024 * 1024
# Set by the RSGI adapter to the HTTP status with which it refuses a body.
REFUSED_BODY = "kashcraft.refused"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; "
    "manifest-src 'self'"
)

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
HEADERS_OF_PAGES = (
    ("Content-Security-Policy", POLICY),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
)
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def forged(headers: Any, own_origins: Collection[str], *, has_cookies: bool) -> bool:
    """Return whether an unsafe request may come from another site.

    ``Sec-Fetch-Site`` decides where the browser sends it, else ``Origin``. A request with neither is accepted
    only without cookies, because then it has no user's permissions.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("Origin")
    if origin is not None:
        return origin not in own_origins
    return has_cookies


def accept_foreign_requests(view: Any) -> Any:
    """Exempt a view from the forgery check, because a signature proves its sender (webhooks)."""
    view.accepts_foreign_requests = True
    return view


def takes_files(view: Any) -> Any:
    """Mark a view that accepts files, for which larger bodies are allowed."""
    view.most_bytes = UPLOAD_BYTES
    return view


def takes_messages(view: Any) -> Any:
    """Mark a view that accepts messages of other services, whose bodies are smaller than those of forms."""
    view.most_bytes = MESSAGE_BYTES
    return view


def body_limit(app: Flask, method: str, path: str) -> int:
    """Return the maximum length of a request's body in bytes."""
    return _most_bytes(_view_at(app, method, path))


def takes_chunks(app: Flask, method: str, path: str) -> bool:
    """Return whether a request's body may be sent in chunks, without its length.

    That is allowed only where a signature over the body proves that it is complete.
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
    """Refuse forged requests, large bodies and addresses with NUL characters; send security headers."""

    app.before_request(_limit_form)
    app.before_request(_refuse_forged)
    app.before_request(_refuse_nul_in_path)
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


def _refuse_nul_in_path() -> None:
    if requests.NUL in request.path:
        abort(400)


def _send_headers(response: Response) -> Response:
    """Add the security headers that the response does not have."""
    sent = {name.lower() for name, _ in response.headers}
    wanted = [*HEADERS]
    if response.mimetype == "text/html":
        wanted += HEADERS_OF_PAGES
    if request.is_secure:
        wanted.append(ONLY_HTTPS)
    response.headers.extend([(name, value) for name, value in wanted if name.lower() not in sent])
    return response


def _stay_on_this_host(response: Response) -> Response:
    """Make redirects relative that contain the ``Host`` of the request, as for a missing slash."""
    target = response.headers.get("Location")
    if target and target.startswith(request.host_url):
        response.headers["Location"] = "/" + target.removeprefix(request.host_url).lstrip("/")
    return response


def visitor_network() -> str:
    """Return the key by which limits count a visitor: the IPv4 address, or the /64 network in IPv6.

    A visitor with one IPv6 address has a whole /64 network.
    """
    return network_of(request.remote_addr or "127.0.0.1", 64)


def visitor_site() -> str:
    """Return a keyed hash of the visitor's site: the IPv4 address, or the /48 network in IPv6.

    A customer of a provider or tunnel broker can have a /48 network. The hash does not reveal the address.
    """
    site = network_of(request.remote_addr or "127.0.0.1", 48)
    return keyed_hash(installation().secret_key, f"site:{site}")


def network_of(address: str, prefix: int) -> str:
    """Return an IPv4 address (also of one mapped to IPv6), or the network of an IPv6 address."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, prefix), strict=False))


def local_path(target: str | None) -> str | None:
    """Return a redirect target that is a path on this site, or None for any other."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    clean = not parts.scheme and not parts.netloc and not any(ord(character) < 33 for character in target)
    return target if clean else None
