"""The tree of shelves as pages walk it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kashcraft.catalogue.rules.pictures import StoredPicture
from kashcraft.core.ids import CategoryId


@dataclass(frozen=True)
class CategoryNode:
    """A shelf with what hangs below it, in the order in which it is shown."""

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
        """Return the address of the shelf's page."""
        return category_path(self.slug)

    def with_descendants(self) -> Iterator[CategoryNode]:
        """Yield the shelf itself and everything below it."""
        yield self
        for child in self.children:
            yield from child.with_descendants()


@dataclass(frozen=True)
class Tree:
    """All shelves that are shown, of one catalogue version."""

    version: int
    roots: tuple[CategoryNode, ...]
    by_id: Mapping[CategoryId, CategoryNode]
    by_slug: Mapping[str, CategoryNode]

    def path_to(self, shelf: CategoryNode) -> tuple[CategoryNode, ...]:
        """Return the way from the root to the shelf, both included."""
        above = self.by_id[shelf.parent_id] if shelf.parent_id else None
        return (*self.path_to(above), shelf) if above else (shelf,)


def build_tree(version: int, shelves: Iterable[CategoryNode]) -> Tree:
    """Return the tree of ``shelves``, siblings by position and name; what hangs below a missing shelf is
    left out.
    """
    below: dict[CategoryId | None, list[CategoryNode]] = {}
    for shelf in shelves:
        below.setdefault(shelf.parent_id, []).append(shelf)

    def grown(parent_id: CategoryId | None) -> tuple[CategoryNode, ...]:
        siblings = sorted(below.get(parent_id, ()), key=lambda shelf: (shelf.position, shelf.name))
        return tuple(CategoryNode(**{**vars(shelf), "children": grown(shelf.id)}) for shelf in siblings)

    roots = grown(None)
    shown = [shelf for root in roots for shelf in root.with_descendants()]
    return Tree(version, roots, {one.id: one for one in shown}, {one.slug: one for one in shown})


def category_path(slug: str) -> str:
    """Return the address of a shelf's page."""
    return f"/c/{slug}"


def product_path(slug: str) -> str:
    """Return the address of a piece's page."""
    return f"/p/{slug}"


def category_labels(
    nodes: Sequence[tuple[CategoryId, CategoryId | None, str]],
) -> list[tuple[CategoryId, str]]:
    """Return the (id, parent, name) of categories as (id, way from the root), children after their parent."""
    below: dict[CategoryId | None, list[tuple[CategoryId, str]]] = {}
    for node, parent, name in nodes:
        below.setdefault(parent, []).append((node, name))

    def grown(parent: CategoryId | None, way: str) -> Iterator[tuple[CategoryId, str]]:
        for node, name in below.get(parent, ()):
            yield node, way + name
            yield from grown(node, f"{way}{name} › ")

    return list(grown(None, ""))
