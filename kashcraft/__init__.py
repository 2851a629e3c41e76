"""Kashcraft: a storefront for a house of Kashmiri crafts."""

from kashcraft.app import create_app, start

__all__ = ["create_app", "start"]
