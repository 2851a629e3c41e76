"""The demo shop: a catalogue, customers, and a year of orders and reviews, always the same.

It calls the services of the features with the clock frozen at the time of each action, so that every ledger
adds up. The data is in `data/`, the pictures are in `pictures/`. Owns no table and publishes no event.
"""
