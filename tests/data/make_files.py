#!/usr/bin/python3
"""Makes the files beside it in files/, with NumPy: what test_npy.c, test_npz.c and test_idx.c read.

Element number i (row-major) of every array is value(i) of its kind, so that the tests need no second copy of the numbers.
"""
import gzip
import io
import pathlib
import struct
import zlib

import numpy as np
from numpy.lib import format as npy

FILES = pathlib.Path(__file__).parent / "files"
SHAPE = (2, 3, 4)


def array(dtype, shape=SHAPE):
    count = int(np.prod(shape))
    numbers = np.arange(count)
    kind = np.dtype(dtype).kind
    if kind == "f":
        numbers = numbers * 0.25 - 1
    elif kind == "i":
        numbers = numbers - 3
    elif kind == "b":
        numbers = numbers % 3 == 0
    return numbers.astype(dtype).reshape(shape)


def save(name, value, version=(1, 0)):
    out = io.BytesIO()
    npy.write_array(out, value, version=version)
    (FILES / name).write_bytes(out.getvalue())


def save_npz(name, compressed, **arrays):
    out = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(out, **arrays)
    (FILES / name).write_bytes(out.getvalue())


def save_zip64(name, **arrays):
    """A stored zip whose directory keeps sizes and offsets in zip64 extra fields only, as some writers do."""
    body, directory, full = b"", b"", 0xffffffff
    for key, value in arrays.items():
        out = io.BytesIO()
        npy.write_array(out, value, version=(1, 0))
        data, member = out.getvalue(), f"{key}.npy".encode()
        extra = struct.pack("<HHH", 0x5455, 2, 0) + struct.pack("<HHQQQ", 1, 24, len(data), len(data), len(body))
        checksum = zlib.crc32(data)
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 45, 45, 0, 0, 0, 33, checksum, full, full, len(member),
                                 len(extra), 0, 0, 0, 0, full) + member + extra
        body += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 0, 0, 33, checksum, full, full, len(member), 0)
        body += member + data
    count = len(arrays)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 7) + b"comment"
    (FILES / name).write_bytes(body + directory + end)


def idx(code, dtype, shape):
    value = array(dtype, shape)
    return struct.pack(">HBB", 0, code, len(shape)) + struct.pack(f">{len(shape)}I", *shape) + value.tobytes()


def main():
    FILES.mkdir(exist_ok=True)
    for dtype in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"):
        save(f"little_{dtype}.npy", array("<" + dtype))
        if dtype[1] != "1":
            save(f"big_{dtype}.npy", array(">" + dtype))
    save("fortran_f8.npy", np.asfortranarray(array("<f8")))
    save("fortran_u1.npy", np.asfortranarray(array("u1")))
    save("version_2.npy", array("<f4"), (2, 0))
    save("version_3.npy", array("<f4"), (3, 0))
    save("scalar.npy", np.float64(-1))
    save("vector.npy", array("<i4", (5,)))
    save("empty.npy", array("<f4", (3, 0)))
    save("halves.npy", np.array([0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c00, 0xbc01, 0x7bff, 0x7c00, 0xfc00],
                                "<u2").view("<f2"))
    save("large_u8.npy", np.array([2**63 - 1, 2**63], "<u8"))
    save("complex.npy", np.zeros(3, "<c16"))
    save("record.npy", np.zeros(3, [("x", "<f4"), ("y", "<i4")]))
    save("text.npy", np.array(["a", "bc"]))

    features, targets = array("<f4", (6, 4)), array("u1", (6, 1))
    save_npz("stored.npz", False, features=features, targets=targets)
    save_npz("deflated.npz", True, features=features, targets=targets)
    save_zip64("zip64.npz", features=features, targets=targets)
    save_npz("uneven.npz", False, features=features, targets=array("u1", (5, 1)))
    save_npz("nameless.npz", False, **{"two words": features})

    (FILES / "u1.idx").write_bytes(idx(0x08, ">u1", SHAPE))
    (FILES / "i1.idx").write_bytes(idx(0x09, ">i1", SHAPE))
    (FILES / "i2.idx").write_bytes(idx(0x0b, ">i2", SHAPE))
    (FILES / "i4.idx").write_bytes(idx(0x0c, ">i4", SHAPE))
    (FILES / "f4.idx").write_bytes(idx(0x0d, ">f4", SHAPE))
    (FILES / "f8.idx").write_bytes(idx(0x0e, ">f8", SHAPE))
    (FILES / "u1.idx.gz").write_bytes(gzip.compress(idx(0x08, ">u1", SHAPE), mtime=0))
    (FILES / "little_f4.npy.gz").write_bytes(gzip.compress((FILES / "little_f4.npy").read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
