"""The journal: categories, posts written in Markdown, and how often they are read.

Owns BlogCategory, BlogPost, BlogTag, BlogViewDay and BlogViewMonth. A post is visible when it is published
and its time has come, so that scheduling needs no job to be true. Publishes nothing.
"""
