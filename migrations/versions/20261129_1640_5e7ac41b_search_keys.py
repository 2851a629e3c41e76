"""Names and filter values have a key that a search compares: without case, accents, punctuation and plurals.

What the words look like in it is written down here once more, because a migration does not follow the code.
"""

import re
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "5e7ac41b"
down_revision = "c41d90be"
branch_labels = None
depends_on = None

_PORTION = 1000
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_CHANGED = {
    "calves": "calf", "halves": "half", "hooves": "hoof", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "scarves": "scarf", "shelves": "shelf", "wolves": "wolf",
}  # fmt: skip


def upgrade() -> None:
    _add("products", "name", "name_key", ("id",))
    _add("product_attributes", "value", "value_key", ("product_id", "kind", "value"))


def downgrade() -> None:
    for table, key in (("product_attributes", "value_key"), ("products", "name_key")):
        op.drop_column(table, key)


def _add(name: str, text: str, key: str, identity: tuple[str, ...]) -> None:
    op.add_column(name, sa.Column(key, sa.Text(), nullable=False, server_default=""))
    table = sa.table(name, *(sa.column(column) for column in dict.fromkeys((*identity, text, key))))
    connection = op.get_bind()
    columns = [table.c[column] for column in dict.fromkeys((*identity, text))]
    rows = connection.execute(sa.select(*columns)).mappings().all()
    same = sa.and_(*(table.c[column] == sa.bindparam(f"old_{column}") for column in identity))
    change = sa.update(table).where(same).values({key: sa.bindparam("new_key")})
    for first in range(0, len(rows), _PORTION):
        connection.execute(
            change,
            [
                {f"old_{column}": row[column] for column in identity} | {"new_key": _key(row[text])}
                for row in rows[first : first + _PORTION]
            ],
        )


def _key(text: str) -> str:
    if not text.isascii():
        apart = normalize("NFKD", normalize("NFKD", text).casefold())
        text = normalize("NFC", _MARKS.sub("", apart)).translate(_LETTERS)
    words = _NO_WORD.sub(" ", _APOSTROPHES.sub("", text.casefold())).split()
    return " ".join(map(_singular, words))


def _singular(word: str) -> str:
    if word in _CHANGED:
        return _CHANGED[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]
