"""The pictures of a product in the back office.

Staff send them, describe and order them, select the variants that each shows, replace and remove them. The
section owns no tables and publishes nothing.
"""
