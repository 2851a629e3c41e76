"""What the house makes: categories, products with families and choices, pictures, and the pages around them.

A family carries the page; each of its choices is a product of its own that can be bought.
Publishes ProductChanged, PriceChanged and ProductArchived; every change raises the catalogue version.
"""
