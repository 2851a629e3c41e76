"""Tax rates as staff set them up.

It owns no data. Pages: the list of rates by country and period, the form of a rate, which can change it
from a day on, and its deletion. Rates are changed by the taxes package.
"""
