"""The journal: categories, posts in Markdown, and their views.

Owns BlogCategory, BlogPost, BlogTag, BlogViewDay and BlogViewMonth. A published post is visible from its
publication time on, so scheduled posts need no job. Publishes nothing.
"""
