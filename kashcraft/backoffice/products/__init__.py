"""The section of products: the list with changes of many at once, and the form of one.

Editors and owners change products; stock belongs to its own section. Every change is in the audit trail and
applies at once.
"""
