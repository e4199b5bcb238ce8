#!/usr/bin/python3
"""Makes the HDF5 files in files/, with h5py (Debian's python3-h5py): what test_hdf5.c reads.

fuel.hdf5 is laid out as Fuel's H5PYDataset wants it.  Element number i (row-major) of every array is value(i) of its kind,
as in make_files.py.
"""
import pathlib

import h5py
import numpy as np

from make_files import array

FILES = pathlib.Path(__file__).parent / "files"


def open_file(name):
    return h5py.File(FILES / name, "w", libver="earliest", track_order=False)


def refused(name):
    """A file with one source, which cannot be read."""
    def add(make):
        with open_file(f"refused_{name}.hdf5") as file:
            make(file)
        return make
    return add


def make_fuel():
    with open_file("fuel.hdf5") as file:
        features = file.create_dataset("image_features", data=array("u1", (6, 1, 2, 3)), chunks=(2, 1, 2, 3), compression="gzip",
                                       shuffle=True, fletcher32=True)
        for axis, label in enumerate(("batch", "channel", "height", "width")):
            features.dims[axis].label = label
        file["targets"] = array("u1", (6, 1))
        file["targets"].dims[0].label = "batch"
        scale = file.create_dataset("heights", data=np.arange(2))
        scale.make_scale("height")
        features.dims[2].attach_scale(scale)
        file.create_group("notes")["text"] = "of no interest"
        file["elsewhere"] = h5py.SoftLink("/targets")
        file["outside"] = h5py.ExternalLink("other.hdf5", "/targets")
        split = np.zeros(4, [("split", "S5"), ("source", "S14"), ("start", "<i8"), ("stop", "<i8"),
                             ("indices", h5py.special_dtype(ref=h5py.Reference)), ("available", "?"), ("comment", "S1")])
        rows = [(part, source, start, stop) for part, start, stop in ((b"train", 0, 4), (b"test", 4, 6))
                for source in (b"image_features", b"targets")]
        for row, values in zip(split, rows):
            row["split"], row["source"], row["start"], row["stop"] = values
            row["indices"], row["available"] = h5py.Reference(), True
        file.attrs["split"] = split


def make_trains():
    """What tests/scenario trains on."""
    with open_file("trains.hdf5") as file:
        file["features"] = np.arange(30, dtype="<f4").reshape(10, 3) / 30
        file["targets"] = (np.arange(10) % 2).astype("u1").reshape(10, 1)


def make_sequences():
    """Sequences of 1 to 7 vectors of 3 numbers; a target tells whether the first number of the last vector is positive."""
    random = np.random.RandomState(1)
    lengths = random.randint(1, 8, 60)
    with open_file("sequences.hdf5") as file:
        features = file.create_dataset("features", (60,), dtype=h5py.special_dtype(vlen=np.dtype("<f4")))
        targets = np.zeros((60, 1), "u1")
        for i, length in enumerate(lengths):
            sequence = random.uniform(-1, 1, (length, 3)).astype("<f4")
            features[i], targets[i] = sequence.ravel(), sequence[-1, 0] > 0
        file["targets"] = targets
        scale = file.create_dataset("features_shapes", data=np.stack([lengths, np.full(60, 3)], axis=1).astype("<i4"))
        scale.make_scale("shapes")
        features.dims[0].attach_scale(scale)


def make_crash():
    """A damaged fuel.hdf5: libhdf5 1.10 reads where there is no memory."""
    content = bytearray((FILES / "fuel.hdf5").read_bytes())
    content[746] = 0xfe
    (FILES / "crash.hdf5").write_bytes(content)


def make_ragged():
    """Sources of variable length: image_features with a table of shapes, words without."""
    with open_file("ragged.hdf5") as file:
        shapes = [(1, 2, 3), (1, 3, 2), (1, 4, 4), (1, 2, 2)]
        bounds = np.cumsum([0] + [int(np.prod(shape)) for shape in shapes])
        features = file.create_dataset("image_features", (4,), dtype=h5py.special_dtype(vlen=np.dtype("u1")))
        for i in range(4):
            features[i] = np.arange(bounds[i], bounds[i + 1], dtype="u1")
        for name, data in (("shapes", np.array(shapes, "<i4")), ("shape_labels", np.array([b"channel", b"height", b"width"]))):
            scale = file.create_dataset(f"image_features_{name}", data=data)
            scale.make_scale(name)
            features.dims[0].attach_scale(scale)
        words = file.create_dataset("words", (4,), dtype=h5py.special_dtype(vlen=np.dtype(">i8")))
        for i, word in enumerate(([1, 2, 3], [4], [], [5, 6])):
            words[i] = np.array(word, ">i8")
        file["labels"] = np.arange(4)


@refused("shapes")
def _(file):
    x = file.create_dataset("x", (2,), dtype=h5py.special_dtype(vlen=np.dtype("u1")))
    x[0], x[1] = np.zeros(6, "u1"), np.zeros(4, "u1")
    file["x_shapes"] = np.array([(2, 3), (2, 3)])
    file["x_shapes"].make_scale("shapes")
    x.dims[0].attach_scale(file["x_shapes"])


@refused("lists")
def _(file):
    file.create_dataset("x", (2, 2), dtype=h5py.special_dtype(vlen=np.dtype("u1")))[0, 0] = np.zeros(6, "u1")


def make_types():
    with open_file("types.hdf5") as file:
        for order, name in (("<", "little"), (">", "big")):
            for dtype in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
                file[f"{name}_{dtype}"] = array(order + dtype)
        file["little_b1"] = array("?")
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((2, 3, 4))
        h5py.h5d.create(file.id, b"compact_f4", h5py.h5t.IEEE_F32LE, space, compact).write(
            h5py.h5s.ALL, h5py.h5s.ALL, array("<f4"))


@refused("text")
def _(file):
    file["x"] = np.array([b"a", b"bc"])


@refused("record")
def _(file):
    file["x"] = np.zeros(3, [("a", "<f4"), ("b", "<i4")])


@refused("lzf")
def _(file):
    file.create_dataset("x", data=array("<f4"), compression="lzf")


@refused("external")
def _(file):
    file.create_dataset("x", (2, 3), "u1", external=[("/etc/hostname", 0, 6)])


@refused("virtual")
def _(file):
    layout = h5py.VirtualLayout((2, 3), "u1")
    layout[:] = h5py.VirtualSource("other.hdf5", "x", (2, 3))
    file.create_virtual_dataset("x", layout)


@refused("chunk")
def _(file):
    file.create_dataset("x", (2, 3), "<f8", maxshape=(None, None), chunks=(8192, 8192), compression="gzip")


@refused("unwritten")
def _(file):
    file.create_dataset("x", (1000000, 100), "<f8")


@refused("sparse")
def _(file):
    file.create_dataset("x", (1000000, 100), "<f8", chunks=(10, 10), compression="gzip")[0, 0] = 1


@refused("huge")
def _(file):
    file.create_dataset("x", (2**40, 2**20), "u1", chunks=(1, 16))[0, 0] = 1


@refused("null")
def _(file):
    file["x"] = h5py.Empty("f")


@refused("scalar")
def _(file):
    file["x"] = 1.5


@refused("axes")
def _(file):
    file["x"] = np.zeros((1,) * 9)


@refused("large")
def _(file):
    file["x"] = np.array([2**63 - 1, 2**63], "<u8")


@refused("uneven")
def _(file):
    file["x"], file["y"] = array("u1", (3, 1)), array("u1", (4, 1))


@refused("nameless")
def _(file):
    file["two words"] = array("u1")


@refused("nothing")
def _(file):
    file.create_group("x")


if __name__ == "__main__":
    make_fuel()
    make_trains()
    make_crash()
    make_sequences()
    make_ragged()
    make_types()
