#!/usr/bin/python3
"""Prints the epochs that test_scheme.c expects of shuffled schemes, drawn with NumPy's RandomState."""
import numpy as np


def epochs(examples, batch_size, seed, count, sort=False):
    random = np.random.RandomState(seed)
    for _ in range(count):
        order = list(examples)
        random.shuffle(order)
        batches = [order[i:i + batch_size] for i in range(0, len(order), batch_size)]
        yield [sorted(batch) for batch in batches] if sort else batches


for case in ((range(10), 4, 1, 3), (range(10), 4, 42, 2), (range(10), 4, 1, 2, True), ([3, 1, 4, 1, 5, 9], 4, 7, 2),
             (range(6), 1, 3, 2), (range(11), 5, 4294967295, 1)):
    print(case)
    for epoch in epochs(*case):
        print("   ", epoch)
