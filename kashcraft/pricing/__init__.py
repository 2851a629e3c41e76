"""Calculate what a cart costs, exactly to the minor unit.

The package owns and reads no table. ``rules`` works on dataclasses of its own, which cart, checkout and quick
buy fill. It publishes ``rules.quote``, the pipeline behind every price, and ``rules.points_earned``.
"""
