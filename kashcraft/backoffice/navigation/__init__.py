"""The section of menus: what the header, the menu and the footer of the shop link to.

A menu shows a default that follows categories and pages, until editors change it. Every change is in the
audit trail and applies at once; links whose target has vanished are left out and marked.
"""
