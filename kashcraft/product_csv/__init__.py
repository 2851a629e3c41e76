"""Products from and to Shopify's product CSV: read, compare with the shop, report, and write all or nothing.

The rules are pure: text to products, products to differences, products to rows. Owns no table and publishes
nothing; the catalogue and the inventory tell what an import changes through their own services.
"""
