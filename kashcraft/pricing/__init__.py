"""What a cart costs, to the cent.

Owns no table and reads none: `rules` computes on dataclasses that it defines itself and that cart, checkout
and quick buy fill. Publishes `rules.quote(cart)`, the one pipeline behind every price, and
`rules.points_earned`.
"""
