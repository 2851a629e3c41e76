"""Delivery as staff set it up.

It owns no data. Pages: the zones with their methods and prices, the forms of a zone and of a method, their
deletion, and a trial of an address by the real rules. Zones and methods are changed by the shipping package.
"""
