"""Where the shop delivers, how, for how much and by when.

Owns zones, their countries, methods and price bands. Publishes `queries.find_zone(country, region)`, which a
page reads once, and on it the rules: `offers`, `missing_for_free`, `delivery_window`.
"""
