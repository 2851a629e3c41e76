"""Audit: the entries of everything that staff change.

Owns AuditEntry. Packages of every rank record changes by ``core.audit_trail.record``; ``wiring.py`` connects
it to ``services.write_entry``. Entries are never changed or deleted. Publishes nothing.
"""
