"""The section of categories: their tree, their order, and what visitors and search engines read about them.

Editors and owners change it. Every change is in the audit trail and applies at once; an old address redirects
to the new one.
"""
