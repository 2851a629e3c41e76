"""Files that people send: received privately, checked, and made into the pictures that the shop serves.

It owns the uploads and the one encoder of pictures. It publishes nothing: a feature reads the state of an
upload, and takes its picture by ``services.attach``.
"""
