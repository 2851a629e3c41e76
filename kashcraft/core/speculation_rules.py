"""The header for speculation rules: which links a browser may fetch before they are followed."""

from __future__ import annotations

from flask import Flask, Response, request

RULES = "links.speculationrules"


def init_app(app: Flask) -> None:
    """Send the header with every full page."""

    @app.after_request
    def send_rules(response: Response) -> Response:
        whole_page = response.mimetype == "text/html" and "HX-Request" not in request.headers
        if whole_page and request.method == "GET" and response.status_code == 200:
            response.headers["Speculation-Rules"] = f'"{app.extensions["assets"].url(RULES)}"'
        return response
