# Sourced by the other scripts: messages, and doing one thing as root.
kiln=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { echo "kiln: $*" >&2; }
die() { echo "kiln: $*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        command -v sudo >/dev/null || die "installing packages needs root or sudo"
        sudo "$@"
    fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
