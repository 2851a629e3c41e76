"""Kashcraft: an online shop for crafts from Kashmir."""

from kashcraft.app import create_app, start

__all__ = ["create_app", "start"]
