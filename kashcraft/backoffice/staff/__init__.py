"""Staff: who works in the back office, with which roles, and who is invited.

Its pages belong to owners. Accounts owns the data and decides that one active owner remains.
"""
