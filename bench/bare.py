"""The yardstick: a Flask view that returns 30 KB and does nothing else."""

from flask import Flask

app = Flask(__name__)
PAGE = "<!doctype html><title>Bare</title><p>" + "x" * 30_000


@app.get("/")
def page() -> str:
    """Return the page."""
    return PAGE
