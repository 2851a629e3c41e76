"""Import and export of products as Shopify's product CSV: read, compare with the shop, report, and write all
or nothing.

The rules are pure functions: text to products, products to differences, products to rows. Owns PictureSource
and publishes nothing; the catalogue and the inventory publish what an import changes.
"""
