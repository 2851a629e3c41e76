"""The pages people walk through: home, lists, a piece, search by name, help, and what machines read.

Draws on several features and owns no table. Whole contents of pages are kept as fragments in the process,
keyed by everything they depend on. Publishes nothing.
"""
