"""The tree of categories."""

from uuid import UUID

from kashcraft.catalogue.rules import CategoryNode, build_tree, category_labels


def category(number: int, parent: int | None = None, position: int = 0) -> CategoryNode:
    parent_id = UUID(int=parent) if parent else None
    return CategoryNode(
        UUID(int=number), parent_id, f"Category {number}", f"shelf-{number}", position=position
    )


def test_siblings_are_ordered_by_position_and_name() -> None:
    tree = build_tree(7, [category(1, position=2), category(2, position=1), category(3, position=1)])
    assert [one.slug for one in tree.roots] == ["shelf-2", "shelf-3", "shelf-1"]
    assert tree.version == 7


def test_a_path_starts_at_the_root() -> None:
    tree = build_tree(1, [category(1), category(2, 1), category(3, 2)])
    assert [one.slug for one in tree.path_to(tree.by_slug["shelf-3"])] == ["shelf-1", "shelf-2", "shelf-3"]
    assert [one.slug for one in tree.by_slug["shelf-1"].with_descendants()] == [
        "shelf-1",
        "shelf-2",
        "shelf-3",
    ]


def test_categories_below_a_hidden_one_are_hidden() -> None:
    tree = build_tree(1, [category(1), category(3, 2)])
    assert set(tree.by_slug) == {"shelf-1"}


def test_labels_have_the_path_from_the_root() -> None:
    wood, boxes, shawls, lost = (UUID(int=number) for number in range(1, 5))
    nodes = [
        (shawls, None, "Shawls"),
        (boxes, wood, "Boxes"),
        (wood, None, "Wood"),
        (lost, UUID(int=9), "Lost"),
    ]
    assert category_labels(nodes) == [(shawls, "Shawls"), (wood, "Wood"), (boxes, "Wood › Boxes")]
