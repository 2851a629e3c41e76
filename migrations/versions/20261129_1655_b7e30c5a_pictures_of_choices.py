"""Pictures stand on the page and say which choices they show; pieces can be the only ones of their kind."""

import sqlalchemy as sa
from alembic import op

revision = "b7e30c5a"
down_revision = "5e7ac41b"
branch_labels = None
depends_on = None

TIE = """
INSERT INTO product_image_choices (image_id, choice_id)
SELECT id, product_id FROM product_images
WHERE product_id IN (SELECT id FROM products WHERE kind = 'choice')
"""
# Behind the pictures of the whole family, in the order that they had.
MOVE = """
UPDATE product_images SET
position = position + 1 + COALESCE(
  (SELECT MAX(other.position) FROM product_images AS other
   JOIN products ON other.product_id = products.parent_id
   WHERE products.id = product_images.product_id), -1),
product_id = (SELECT parent_id FROM products WHERE products.id = product_images.product_id)
WHERE product_id IN (SELECT id FROM products WHERE kind = 'choice')
"""
# A picture of several choices goes to one of them; until now it could not show more.
MOVE_BACK = """
UPDATE product_images SET product_id =
  (SELECT choice_id FROM product_image_choices WHERE image_id = product_images.id ORDER BY choice_id LIMIT 1)
WHERE id IN (SELECT image_id FROM product_image_choices)
"""


def upgrade() -> None:
    op.add_column(
        "products", sa.Column("one_of_a_kind", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "product_image_choices",
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["product_images.id"],
            name="fk_product_image_choices_image_id_product_images",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["choice_id"],
            ["products.id"],
            name="fk_product_image_choices_choice_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("image_id", "choice_id", name="pk_product_image_choices"),
    )
    op.create_index("ix_product_image_choices_choice_id", "product_image_choices", ["choice_id"])
    op.execute(TIE)
    op.execute(MOVE)


def downgrade() -> None:
    op.execute(MOVE_BACK)
    op.drop_table("product_image_choices")
    op.drop_column("products", "one_of_a_kind")
