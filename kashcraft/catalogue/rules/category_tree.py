"""The tree of categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kashcraft.core.ids import CategoryId
from kashcraft.uploads.rules.pictures import StoredPicture


@dataclass(frozen=True)
class CategoryNode:
    """A category with its subcategories in their order."""

    id: CategoryId
    parent_id: CategoryId | None
    name: str
    slug: str
    description: str = ""
    picture: StoredPicture | None = None
    position: int = 0
    seo_title: str | None = None
    seo_description: str | None = None
    children: tuple[CategoryNode, ...] = field(default=(), repr=False)

    @property
    def url(self) -> str:
        """Return the address of the category's page."""
        return category_path(self.slug)

    def with_descendants(self) -> Iterator[CategoryNode]:
        """Yield the category and all categories below it."""
        yield self
        for child in self.children:
            yield from child.with_descendants()


@dataclass(frozen=True)
class Tree:
    """All active categories of a catalogue version."""

    version: int
    roots: tuple[CategoryNode, ...]
    by_id: Mapping[CategoryId, CategoryNode]
    by_slug: Mapping[str, CategoryNode]

    def path_to(self, category: CategoryNode) -> tuple[CategoryNode, ...]:
        """Return the path from the root to the category, both included."""
        above = self.by_id[category.parent_id] if category.parent_id else None
        return (*self.path_to(above), category) if above else (category,)


def build_tree(version: int, categories: Iterable[CategoryNode]) -> Tree:
    """Return the tree of ``categories``, siblings by position and name.

    Categories below a missing one are left out.
    """
    below: dict[CategoryId | None, list[CategoryNode]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)

    def grown(parent_id: CategoryId | None) -> tuple[CategoryNode, ...]:
        siblings = sorted(below.get(parent_id, ()), key=lambda category: (category.position, category.name))
        return tuple(
            CategoryNode(**{**vars(category), "children": grown(category.id)}) for category in siblings
        )

    roots = grown(None)
    shown = [category for root in roots for category in root.with_descendants()]
    return Tree(version, roots, {one.id: one for one in shown}, {one.slug: one for one in shown})


def category_path(slug: str) -> str:
    """Return the address of a category's page."""
    return f"/c/{slug}"


def product_path(slug: str) -> str:
    """Return the address of a product's page."""
    return f"/p/{slug}"


def category_labels(
    nodes: Sequence[tuple[CategoryId, CategoryId | None, str]],
) -> list[tuple[CategoryId, str]]:
    """Return the id and the path from the root as text of each (id, parent, name), children after their
    parent.
    """
    below: dict[CategoryId | None, list[tuple[CategoryId, str]]] = {}
    for node, parent, name in nodes:
        below.setdefault(parent, []).append((node, name))

    def grown(parent: CategoryId | None, way: str) -> Iterator[tuple[CategoryId, str]]:
        for node, name in below.get(parent, ()):
            yield node, way + name
            yield from grown(node, f"{way}{name} › ")

    return list(grown(None, ""))
