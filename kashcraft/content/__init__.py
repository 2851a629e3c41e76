"""What editors write beside the products: help pages, with redirects from their old addresses.

It publishes no events. Every change raises the catalogue version, so that all processes show it at once; what
layouts show on every page is read in one statement for each version.
"""
