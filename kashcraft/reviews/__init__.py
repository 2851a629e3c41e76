"""Reviews of products, which staff moderate before they are shown.

Owns Review; the rating of a product counts its published ones. Publishes ReviewPublished.
"""
