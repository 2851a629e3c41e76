"""The staff's side of the shop, on one guarded blueprint: orders to send on, stock to refill.

It owns no data: views ask ``queries`` and call the features' own services in the name of who is signed in.
Whoever has no role, or not the right one, finds nothing here. It publishes nothing itself.
"""
