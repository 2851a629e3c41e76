"""Services that load the demo shop in one step."""

from kashcraft.demo.services.catalogue import store_pictures
from kashcraft.demo.services.loading import Loaded, describe, is_loaded, load

__all__ = ["Loaded", "describe", "is_loaded", "load", "store_pictures"]
