"""Prices, stock, ratings and pictures of products, and lists of products from a cached facet index.

``Variant`` is what can be bought (a product without options is its own), ``PricedVariant`` one with live
price and stock; ``IndexedProduct`` and ``IndexedVariant`` are their entries in the index. Owns no table,
publishes nothing.
"""
