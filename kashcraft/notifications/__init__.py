"""Messages to people: their content, their recipient, and their delivery.

Owns Message. Recipient, locale and context are arguments, so that it depends on no other feature. Publishes
nothing.
"""
