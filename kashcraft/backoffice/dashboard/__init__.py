"""The first page of the back office: what waits for the person who is signed in.

It owns no data and publishes nothing.
Every number links to the page where the work is done.
"""
