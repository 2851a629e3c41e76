"""Returns that wait for an answer, a parcel or a refund.

It owns no data. One page; a single return is shown on its order's page.
Returns are changed by the orders package.
"""
