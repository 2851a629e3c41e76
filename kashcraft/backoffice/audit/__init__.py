"""The audit log: what staff changed, with the values before and after.

It owns no data and changes none. The entries are those of the audit package.
"""
