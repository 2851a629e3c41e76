"""The section "Shop settings": name, place, currency and rules of the shop, in groups with a form each.

What the environment of the server states is shown and cannot be changed here.
"""
