"""Accounts of customers and staff: registration, sign-in, roles and saved addresses.

Owns users, roles of staff, login sessions and saved addresses, and the format of addresses by country.
Publishes CustomerRegistered, EmailConfirmed and SignedIn.
"""
