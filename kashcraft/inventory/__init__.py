"""Stock: units on hand, holds, and the ledger of all changes.

Owns Inventory, InventoryReservation and InventoryLog. The database computes the free stock. A quantity
always equals the sum of its ledger. Publishes StockChanged and StockFreed.
"""
