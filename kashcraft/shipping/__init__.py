"""Delivery: zones, methods, prices and delivery days.

Owns zones, their countries, methods and price bands. Publishes ``queries.find_zone(country, region)``,
which a page reads once, and the rules that take its result: ``offers``, ``missing_for_free`` and
``delivery_window``.
"""
