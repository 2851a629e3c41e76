"""Comparisons: two to four pieces side by side, kept under a name, shared by a link that can be revoked.

Owns SavedComparison and SavedComparisonItem. Publishes nothing.
"""
