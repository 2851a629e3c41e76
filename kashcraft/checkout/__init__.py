"""The checkout: contact, delivery and payment, each of which can be changed until the order is placed.

The package owns checkouts. Placing an order claims its stock and benefits and writes the order in one step;
the payment follows outside of it.
"""
