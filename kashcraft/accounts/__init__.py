"""People: who they are, how they sign in, where they live.

Owns users, their staff roles, their sign-ins and saved addresses, and the shape of an address by country.
Publishes CustomerRegistered and SignedIn.
"""
