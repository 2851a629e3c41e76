"""The stock of products, for staff.

It owns no data. Pages: the list of stock with receiving, the movements and settings of a product, figures.
Stock is changed by the inventory package.
"""
