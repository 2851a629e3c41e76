"""The staff's side of the shop, on one guarded blueprint.

A section is a folder with its views, forms, presenters and queries; ``presenters/sections.py`` lists them.
It owns no data: views call the features' own services in the name of the person who is signed in. Staff
without the permission of a page get 404. It publishes nothing itself.
"""
