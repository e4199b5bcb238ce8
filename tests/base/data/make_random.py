"""Writes random.txt: what NumPy's legacy RandomState draws.  Run with NumPy 1.x; numbers are exact (hexadecimal floats)."""
import numpy

NUMBERS = 12


def line(*parts):
    print(" ".join(str(part) for part in parts))


for seed in (0, 1, 42, 1234, 4294967295):
    def state():
        return numpy.random.RandomState(seed)

    line("double", seed, *[value.hex() for value in state().random_sample(NUMBERS).tolist()])
    line("uniform", seed, -0.5, 2.25, *[value.hex() for value in state().uniform(-0.5, 2.25, NUMBERS).tolist()])
    line("gauss", seed, *[value.hex() for value in state().normal(0, 1, NUMBERS).tolist()])
    for end in (1, 2, 7, 1000, 2 ** 32, 2 ** 32 + 5, 2 ** 62 + 1):
        line("randint", seed, end, *state().randint(end, size=NUMBERS, dtype="int64").tolist())
    for count in (1, 2, 10, 50):
        line("permutation", seed, count, *state().permutation(count).tolist())
    for trials, chance in ((1, 0.5), (1, 0.2), (1, 0.8), (1, 1.0), (10, 0.3), (25, 0.9)):
        line("binomial", seed, trials, chance, *state().binomial(trials, chance, NUMBERS).tolist())
    # Many words, so that the generator refills several times, and a gaussian left over by an odd count.
    late = state()
    late.random_sample(5000)
    late.normal(size=3)
    line("late", seed, *late.randint(2 ** 32, size=NUMBERS, dtype="int64").tolist(), late.normal().hex())
