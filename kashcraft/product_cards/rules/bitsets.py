"""Sets of positions 0, 1, 2 ... below a size, which make filtering a list of products set arithmetic.

A set is stored as one integer whose binary digits mark its positions. Python computes with such integers in
C; one of 30,000 digits takes 4 KB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, islice

_ZERO, _ONE = ord("0"), ord("1")
# Up to this many positions are added to a set one by one.
_FEW = 8
_FLAG_OF_DIGIT = bytes.maketrans(b"01", b"\x00\x01")


class BitSet:
    """An immutable set of positions below ``size``; both sets of an operation have the same size."""

    __slots__ = ("_number", "size")

    def __init__(self, number: int, size: int) -> None:
        """Create the set that contains position n where the binary digit n of ``number`` is 1."""
        self._number = number
        self.size = size

    @classmethod
    def of(cls, positions: Iterable[int], size: int) -> BitSet:
        """Return the set of ``positions``, each below ``size``."""
        digits = bytearray([_ZERO]) * size
        for position in positions:
            digits[position] = _ONE
        digits.reverse()  # numbers are written from their highest digit down
        return cls(int(digits, 2) if size else 0, size)

    @classmethod
    def full(cls, size: int) -> BitSet:
        """Return the set of all positions."""
        return cls((1 << size) - 1, size)

    @classmethod
    def run(cls, positions: range, size: int) -> BitSet:
        """Return the set of a range of positions without gaps."""
        return cls((1 << positions.stop) - (1 << positions.start), size)

    @classmethod
    def union(cls, sets: Iterable[BitSet], size: int) -> BitSet:
        """Return the positions that are in any of ``sets``, none without sets."""
        number = 0
        for one in sets:
            number |= one._number
        return cls(number, size)

    def __and__(self, other: BitSet) -> BitSet:
        """Return the positions that are in both sets."""
        return BitSet(self._number & other._number, self.size)

    def __sub__(self, other: BitSet) -> BitSet:
        """Return the positions that are not in the other set."""
        return BitSet(self._number & ~other._number, self.size)

    def __contains__(self, position: int) -> bool:
        """Return whether a position is in the set."""
        return bool(self._number >> position & 1)

    def __len__(self) -> int:
        """Return the number of positions in the set."""
        return self._number.bit_count()

    def __bool__(self) -> bool:
        """Return whether the set is not empty."""
        return self._number != 0

    def __iter__(self) -> Iterator[int]:
        """Yield the positions of the set in their order."""
        return compress(range(self.size), self.flags())

    def __eq__(self, other: object) -> bool:
        """Return whether both sets have the same positions and size."""
        if not isinstance(other, BitSet):
            return NotImplemented
        return (self._number, self.size) == (other._number, other.size)

    def __hash__(self) -> int:
        """Return the hash that equal sets share."""
        return hash((self._number, self.size))

    def __repr__(self) -> str:
        """Return the expression that creates the set."""
        return f"BitSet.of({list(self)}, {self.size})"

    def meets(self, other: BitSet) -> bool:
        """Return whether both sets have a position in common."""
        return bool(self._number & other._number)

    def count_shared(self, other: BitSet) -> int:
        """Return the number of positions that both sets have in common."""
        return (self._number & other._number).bit_count()

    def flags(self) -> bytes:
        """Return one byte for each position: 1 where it is in the set, else 0."""
        digits = f"{self._number:0{self.size}b}".encode()
        return digits.translate(_FLAG_OF_DIGIT)[::-1]

    def pick(self, order: Sequence[int], start: int, count: int) -> list[int]:
        """Return ``count`` positions of the set, in ``order``, after skipping the first ``start`` of them."""
        flags = self.flags()
        return list(islice(compress(order, map(flags.__getitem__, order)), start, start + count))

    def ends_of_groups(self, ends: BitSet) -> BitSet:
        """Return the groups that have a position in the set, each as its last position.

        Each position in ``ends`` is the last of a group of neighbouring positions. Adding one to every
        position but the last of its group makes the sum carry from a position in the set to the end of its
        group, and no further.
        """
        inner = ((1 << self.size) - 1) ^ ends._number
        carried = (self._number & inner) + inner
        return BitSet((carried | self._number) & ends._number, self.size)

    def changed(self, gone: BitSet, added: Sequence[int], size: int) -> BitSet:
        """Return the set as one of ``size`` positions, without those of ``gone`` and with ``added``."""
        number = self._number
        if number & gone._number:
            number &= ~gone._number
        if len(added) > _FEW:
            number |= BitSet.of(added, size)._number
        else:
            for position in added:
                number |= 1 << position
        return self if number == self._number and size == self.size else BitSet(number, size)

    def memory(self) -> int:
        """Return the approximate size of the set in bytes."""
        return self._number.bit_length() // 7
