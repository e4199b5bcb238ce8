"""Writes reals.txt: doubles as bits and as Python's repr writes them."""
import random
import struct

random.seed(7)


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


values = [0.0, 1.0, -1.0, 0.1, 0.3, 0.1 + 0.2, 1 / 3, 100.0, 123456789.0, 1e15, 1e16, 9999999999999998.0, 1e17, 123456789012345680.0,
          1e-4, 1e-5, 0.00012345, 1e22, 1e23, 1e100, 1e-100, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324,
          2.2250738585072011e-308, 4.9e-320, 9007199254740993.0, 5.684341886080801e-14, 9.5367431640625e-07, 2.0 ** 63, 2.5]
values += [2.0 ** power for power in range(-1074, 1024, 7)]
for _ in range(700):
    value = struct.unpack("<d", struct.pack("<Q", random.getrandbits(64)))[0]
    if value == value and abs(value) != float("inf"):
        values.append(value)
values += [random.uniform(-10, 10) for _ in range(100)]
values += [round(random.uniform(-1000, 1000), 3) for _ in range(100)]
values += [-0.0]
for value in values:
    print("%016x %r" % (bits(value), value))
