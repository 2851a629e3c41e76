"""Size guides: measurements by size, conversions between systems, and how a piece is meant to fit.

Owns SizeGuide, SizeGuideRow and SizeConversion. A guide belongs to one product or one category; the product's
own comes before its nearest category's. Publishes nothing.
"""
