"""Stock: what is on hand, what is held and for whom, and the ledger of every change.

Owns Inventory, InventoryReservation and InventoryLog. Free stock is computed by the database and the quantity
always equals the sum of the log. Publishes StockChanged and StockFreed.
"""
