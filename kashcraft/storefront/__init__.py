"""The public pages of the shop: home, lists, products, search, help, and the files for crawlers.

The package combines several features and owns no table. The content of pages is cached in the process as
fragments, by keys that contain everything the content depends on. It publishes no events.
"""
