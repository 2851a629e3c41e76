"""Stock as staff see it.

It owns no data. Pages: what runs low, one product's movements and settings, figures, what is not counted.
Stock is changed by the inventory package.
"""
