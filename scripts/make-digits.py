#!/usr/bin/python3
"""Makes examples/data/digits/digits.npz from the digits of scikit-learn in CSV (64 pixels from 0 to 16, then the class).

    scripts/make-digits.py digits.csv.gz

The rows are put into one fixed random order, numpy.random.RandomState(0).permutation(1797): in the original order the
writers of the last 297 rows do not occur before.  The same input gives the same bytes.
"""
import pathlib
import sys

import numpy

SEED = 0
EXAMPLES, PIXELS, CLASSES = 1797, 64, 10


def main():
    table = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, dtype=numpy.int64)
    features, targets = table[:, :-1], table[:, -1:]
    assert features.shape == (EXAMPLES, PIXELS) and features.min() == 0 and features.max() == 16
    assert set(targets.ravel()) == set(range(CLASSES))

    order = numpy.random.RandomState(SEED).permutation(EXAMPLES)
    out = pathlib.Path(__file__).resolve().parent.parent / "examples" / "data" / "digits" / "digits.npz"
    numpy.savez_compressed(out, features=features[order].astype(numpy.uint8),
                           targets=targets[order].astype(numpy.uint8))
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
