"""Comparisons: two to four products side by side, saved under a name, shared by a link that can be revoked.

Owns SavedComparison and SavedComparisonItem. Publishes nothing.
"""
