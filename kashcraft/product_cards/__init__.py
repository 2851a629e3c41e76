"""What every page shows of a piece: price, availability, rating and pictures as one answer, and lists of
pieces.

Owns no table. The facet index of a catalogue version is kept in the process and answers which pieces a list
holds, in which order, and how many each further filter would leave. Publishes nothing.
"""
