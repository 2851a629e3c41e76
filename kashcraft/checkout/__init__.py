"""The way from a cart to a paid order: contact, delivery, payment, each editable until the last click.

Owns checkouts. Placing claims everything scarce and writes the order in one step; the payment follows outside
it.
"""
