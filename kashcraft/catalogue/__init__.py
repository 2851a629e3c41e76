"""The catalogue: categories, products with their variants, pictures and old addresses.

A product without options is one row. A product with variants has a parent row for its page and a row for each
variant that can be bought. Publishes ProductChanged, PriceChanged and ProductArchived; every change raises
the catalogue version.
"""
