"""Messages to people: what is to be sent, to whom, and how it went.

Owns Message; recipient, locale and context are arguments, so that it needs to know no other feature.
Publishes nothing.
"""
