#!/bin/sh
# tests/tensor/vectorised.sh SOURCE -- every elementwise kernel has to become vector code, in every level.
#
# The loops of the kernels are made by two macros, so the compiler's report names them by line only: what is looked
# at is the machine code.  Each kernel must hold a packed instruction of the widest registers of its level.
set -eu
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v gcc >/dev/null || { echo "this check reads the code that gcc makes, and there is no gcc"; exit 1; }
[ "$(uname -m)" = x86_64 ] || { echo "this check knows x86-64 registers only; the machine is $(uname -m)"; exit 1; }

failed=0
for real in 32 64; do
    for level in 'baseline xmm' 'v3 ymm -march=x86-64-v3' 'v4 zmm -march=x86-64-v4 -mprefer-vector-width=512'; do
        set -- $level
        name=$1 register=$2
        shift 2
        gcc -std=c17 -O3 -fopenmp-simd -ffp-contract=off -fno-math-errno -fno-trapping-math -I. "$@" \
            -DKERNELS_NAME=table -DKERNELS_REAL=$real -S -o "$work/kernels.s" engine/tensor/kernels.c
        # "copy" is a call of memcpy; "power" goes through libm where vectors are too narrow for it.
        spared=unary_copy
        case $real$name in 32baseline | 64baseline | 64v3) spared="unary_copy|binary_power" ;; esac
        awk -v register="$register" -v what="float$real $name" -v spared="$spared" '
            /^f[0-9]+_(unary_[a-z_]+|binary_[a-z_]+|normal):$/ { kernel = $0; seen[kernel] = 0 }
            /\.size/ { kernel = "" }
            kernel && $0 ~ "p[sd][ \t].*%" register { seen[kernel]++ }
            END {
                for (k in seen) {
                    count++
                    if (!seen[k] && k !~ spared) { print what ": " k " no packed code"; bad = 1 }
                }
                if (count < 30) { print what ": only " count " kernels found"; bad = 1 }
                exit bad
            }' "$work/kernels.s" || failed=1
    done
done
exit $failed
