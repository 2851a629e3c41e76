"""Each refusal has a text."""

from flask import Flask

from kashcraft.uploads.presenters import refusal_text


def test_a_refusal_is_said_in_words(database: Flask) -> None:
    assert refusal_text("upload_empty") == "This file is empty."
    assert refusal_text(None) == ""
