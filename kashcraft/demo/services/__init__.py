"""Loading the demo shop, all of it in one step or nothing."""

from kashcraft.demo.services.goods import keep_pictures
from kashcraft.demo.services.loading import Loaded, describe, is_loaded, load

__all__ = ["Loaded", "describe", "is_loaded", "keep_pictures", "load"]
