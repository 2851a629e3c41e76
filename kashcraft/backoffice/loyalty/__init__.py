"""The loyalty program as staff see it.

It owns no data. Pages: the program in figures, its tiers, and the rewards that can be had for points.
Terms are changed by the loyalty package.
"""
