"""What a shop needs before its first sale.

It is one list, for the command ``flask shop check`` and for the first page of the owner.
"""
