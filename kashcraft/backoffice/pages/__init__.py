"""The section of help pages: their list and order, their texts with a preview, and drafts to start from.

Editors and owners change them. Every change is in the audit trail and applies at once; an old address
redirects to the new one, and a deleted page can be restored for half a minute.
"""
