"""The answers of an interface as sums of unknowns, and what combinations of them isolate: exact linear algebra."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction


def atoms(rows):
    """Sets of unknowns that no row tells apart. ``rows``: each a set of unknowns, whose sum is known."""
    by_rows = defaultdict(set)
    for i, row in enumerate(rows):
        for unknown in row:
            by_rows[unknown].add(i)
    members = defaultdict(set)
    for unknown, own in by_rows.items():
        members[frozenset(own)].add(unknown)
    return [frozenset(each) for each in members.values()]


def reduced_basis(rows):
    """The reduced row echelon form over the rationals of the rows, each as atom -> coefficient; and the atoms."""
    rows = sorted({frozenset(row) for row in rows if row}, key=lambda row: (len(row), sorted(row)))
    parts = sorted(atoms(rows), key=lambda part: (len(part), sorted(part)))
    index = {unknown: i for i, part in enumerate(parts) for unknown in part}
    basis = {}  # pivot -> row
    for row in rows:
        vector = {i: Fraction(1) for i in {index[unknown] for unknown in row}}
        for pivot in [i for i in vector if i in basis]:
            if pivot in vector:
                _subtract(vector, basis[pivot], vector[pivot])
        if not vector:
            continue
        pivot = min(vector)
        scale = vector[pivot]
        vector = {i: value / scale for i, value in vector.items()}
        for other in basis.values():
            if pivot in other:
                _subtract(other, vector, other[pivot])
        basis[pivot] = vector
    return list(basis.values()), parts


def _subtract(vector, other, factor):
    for i, value in other.items():
        rest = vector.get(i, 0) - factor * value
        if rest:
            vector[i] = rest
        else:
            vector.pop(i, None)


def supports(basis, parts):
    """The unknowns of each row of a basis."""
    return [frozenset().union(*(parts[i] for i in row)) for row in basis]


def are_disjoint(sets):
    """Whether no element is in two: then whatever is combined of the rows is over whole sets."""
    return sum(map(len, sets)) == len(frozenset().union(*sets))
