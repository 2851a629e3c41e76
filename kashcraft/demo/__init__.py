"""The demo shop: a catalogue, people, a year of orders and what they say about them, the same every time.

Loads through the services of the features, with the clock stopped at the moment of each act, so that every
ledger adds up. The data lies in `data/`, the pictures in `pictures/`. Owns no table and publishes nothing.
"""
