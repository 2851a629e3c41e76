"""Reviews: what people say about pieces, read by staff before it is shown.

Owns Review; the rating of a product counts its published ones. Publishes ReviewPublished.
"""
