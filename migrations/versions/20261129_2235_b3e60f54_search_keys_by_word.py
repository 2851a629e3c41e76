"""Search keys hold one form for a word and its plural: "beanies" and "beanie", "lenses" and "lens".

What the words looked like before and look like now is written down here, because a migration does not follow
the code.
"""

import re
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "b3e60f54"
down_revision = "d41b7e90"
branch_labels = None
depends_on = None

_PORTION = 1000
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_CHANGED_BEFORE = {
    "calves": "calf", "halves": "half", "hooves": "hoof", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "scarves": "scarf", "shelves": "shelf", "wolves": "wolf",
}  # fmt: skip
_CHANGED = {
    "axes": "axe", "children": "child", "elves": "elf", "feet": "foot", "geese": "goose", "men": "man",
    "mice": "mouse", "quizzes": "quiz", "teeth": "tooth", "thieves": "thief", "topazes": "topaz",
    "women": "woman",
}  # fmt: skip
_ENDINGS = {
    "calves": "calf", "halves": "half", "hooves": "hoof", "knives": "knife", "leaves": "leaf",
    "loaves": "loaf", "scarves": "scarf", "shelves": "shelf", "wives": "wife", "wolves": "wolf",
}  # fmt: skip
_WITH_S = {
    "amaryllis", "atlas", "bias", "canvas", "christmas", "clematis", "gas", "ibis", "iris", "lens", "madras",
    "mantis", "thermos", "trellis",
}  # fmt: skip
_WITH_CHE = {
    "ache", "avalanche", "brioche", "cache", "cloche", "creche", "ganache", "gouache", "mache", "moustache",
    "niche", "quiche",
}  # fmt: skip


def upgrade() -> None:
    _rewrite(now=True)


def downgrade() -> None:
    _rewrite(now=False)


def _rewrite(*, now: bool) -> None:
    _keys("products", "name", "name_key", ("id",), now)
    _keys("product_attributes", "value", "value_key", ("product_id", "kind", "value"), now)


def _keys(name: str, text: str, key: str, identity: tuple[str, ...], now: bool) -> None:
    table = sa.table(name, *(sa.column(column) for column in dict.fromkeys((*identity, text, key))))
    connection = op.get_bind()
    rows = connection.execute(sa.select(*table.c)).mappings().all()
    same = sa.and_(*(table.c[column] == sa.bindparam(f"old_{column}") for column in identity))
    change = sa.update(table).where(same).values({key: sa.bindparam("new_key")})
    changed = [
        {f"old_{column}": row[column] for column in identity} | {"new_key": fresh}
        for row in rows
        if (fresh := _key(row[text], now)) != row[key]
    ]
    for first in range(0, len(changed), _PORTION):
        connection.execute(change, changed[first : first + _PORTION])


def _key(text: str, now: bool) -> str:
    if not text.isascii():
        apart = normalize("NFKD", normalize("NFKD", text).casefold())
        text = normalize("NFC", _MARKS.sub("", apart)).translate(_LETTERS)
    return " ".join(
        map(_now if now else _before, _NO_WORD.sub(" ", _APOSTROPHES.sub("", text.casefold())).split())
    )


def _before(word: str) -> str:
    if word in _CHANGED_BEFORE:
        return _CHANGED_BEFORE[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def _now(word: str) -> str:
    singular = _singular(word)
    singular = _CHANGED.get(singular, singular)
    if len(singular) > 4 and singular.endswith("ie"):
        return singular[:-1]
    if len(singular) > 3 and singular.endswith("y") and singular[-2] not in "aeiou":
        return f"{singular[:-1]}i"
    drops_e = len(singular) > 3 and singular.endswith("use") and not singular.endswith("ouse")
    return singular[:-1] if drops_e else singular


def _singular(word: str) -> str:
    if word in _CHANGED:
        return _CHANGED[word]
    for plural, singular in _ENDINGS.items():
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")) or word in _WITH_S:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    return word[:-2] if _adds_es(word) else word[:-1]


def _adds_es(word: str) -> bool:
    singular = word[:-2]
    if word.endswith("ses"):
        ends_in_us = singular.endswith("us") and not singular.endswith("ous")
        return singular in _WITH_S or singular.endswith("ss") or ends_in_us
    if word.endswith("oes"):
        return len(word) > 5 and not word.endswith(("shoes", "canoes"))
    if word.endswith("ches"):
        return word[:-1] not in _WITH_CHE
    return word.endswith(("shes", "xes", "tzes"))
