#!/usr/bin/python3
"""Prints what test_synthetic.c expects of one dataset, by a second implementation of engine/data/synthetic_rows.c."""
import numpy as np

SEED, ROWS, COLUMNS, CLASSES = 3, 4000, 20, 4
FOR_CLASS, FOR_MEAN, FOR_NOISE = 1, 2, 3


def mix64(x):
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9 % 2**64
    x = (x ^ x >> 27) * 0x94d049bb133111eb % 2**64
    return x ^ x >> 31


def row_key(purpose, source, row):
    return mix64((mix64((mix64(SEED + purpose) + source) % 2**64) + row + 0x9e3779b97f4a7c15) % 2**64)


def word(key, column):
    x = ((key + column * 0x9e3779b9) % 2**32) ^ (key >> 32)
    x = (x ^ x >> 16) * 0x85ebca6b % 2**32
    x = (x ^ x >> 13) * 0xc2b2ae35 % 2**32
    return x ^ x >> 16


def noise(x):
    return np.float32(sum(x >> shift & 255 for shift in (0, 8, 16, 24)) - 510) * np.float32(0.0067659)


def pick(x, count):
    return x * count >> 32


def class_of(row):
    return pick(word(row_key(FOR_CLASS, 0, row), 0), CLASSES)


def label_of(row):
    key = row_key(FOR_CLASS, 0, row)
    if word(key, 1) >= 0.15 * 2**32:
        return class_of(row)
    return (class_of(row) + 1 + pick(word(key, 2), CLASSES - 1)) % CLASSES


scale = np.float32(4 / np.sqrt(2 * COLUMNS))
means = [[scale * noise(word(row_key(FOR_MEAN, 0, c), i)) for i in range(COLUMNS)] for c in range(CLASSES)]
features = np.array([[means[class_of(row)][i] + noise(word(row_key(FOR_NOISE, 0, row), i)) for i in range(COLUMNS)]
                     for row in range(ROWS)], np.float32)
labels = 0
for row in range(ROWS):
    labels = (labels * 7 + label_of(row)) % 1000003
print("first", repr(float(features[0, 0])), "sum", repr(float(features.astype(float).sum())), "labels", labels)
