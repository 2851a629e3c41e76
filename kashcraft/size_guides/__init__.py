"""Size guides: measurements by size, conversions between systems, and the fit of a product.

Owns SizeGuide, SizeGuideRow and SizeConversion. A guide belongs to a product or a category; the guide of the
product has priority over that of its nearest category. Publishes nothing.
"""
