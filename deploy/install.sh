#!/bin/sh
# Make a virtual environment that holds exactly what a lock pins:
#
#   sh deploy/install.sh [LOCK [FOLDER]]     requirements.txt and .venv, if left out
#
# PYTHON names the interpreter: PYTHON=python3.13 sh deploy/install.sh. Why pip gets these flags: docs/contributing.md.
# FOLDER/ready is there when, and only when, all of it is.
set -u
LC_ALL=C
export LC_ALL
lock=${1:-requirements.txt}
folder=${2:-.venv}
python=${PYTHON:-python3}
SPACE_KB=100000 # With less than this left, whatever else was said, the disk is what stopped it.

fail() {
    printf 'error: %s\n hint: %s\n' "$1" "$2" >&2
    exit 1
}

check_python() {
    command -v "$python" >/dev/null || fail "There is no $python here." \
        "Install Python 3.11 or newer, or say where it is: PYTHON=/path/to/python3."
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1) || fail "$python does not start: $version" \
        "Install Python 3.11 or newer, or say where it is: PYTHON=/path/to/python3."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail \
        "Python 3.11 or newer is needed, and $python is Python $version." \
        "Install a newer one beside it, and name it: PYTHON=python3.13."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python cannot make virtual environments." \
        "Install the module venv: on Debian and Ubuntu, apt install python$version-venv."
}

check_places() {
    [ -r "$lock" ] || fail "$lock cannot be read." "Run this in the project's folder."
    [ ! -e "$folder" ] || [ -e "$folder/pyvenv.cfg" ] || [ -z "$(ls -A "$folder")" ] || fail \
        "$folder is there already, and is no virtual environment." "Name another folder, or move that one away."
}

# What is installed, package by package, on the terminal; what goes wrong, into $errors.
install() {
    exec 4>&1
    rm -f "$folder/ready"
    errors=$("$python" -m venv --clear "$folder" 2>&1) || explain "$errors"
    errors=$({ pip 2>&3 | sed -n -e 's/^Collecting \([^ ]*\).*/  \1/p' -e 's/^\(Installing\).*/  \1…/p' >&4; } 3>&1)
    [ -e "$folder/installed" ] || explain "$errors"
    errors=$("$folder/bin/python" -m pip --disable-pip-version-check check 2>&1) || fail "$lock contradicts itself: $errors" \
        "That is a fault of the lock, not of this machine: report it."
    mv "$folder/installed" "$folder/ready" || fail "$folder cannot be written to." "Look at its owner, and at the disk."
}

pip() {
    "$folder/bin/python" -m pip install --disable-pip-version-check --no-input \
        --no-deps --only-binary :all: --require-hashes -r "$lock" && : >"$folder/installed"
}

explain() {
    printf '%s\n' "$1" | grep -v '^WARNING: Location' | tail -n 15 >&2
    space=$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
    case $1 in
    *"No space left"* | *"quota exceeded"* | *"Errno 28"*) space=0 ;;
    esac
    [ "${space:-$SPACE_KB}" -ge "$SPACE_KB" ] || fail "The disk is full." \
        "Make space in $folder, and in the folder for temporary files (TMPDIR), then run this again."
    case $1 in
    *"DO NOT MATCH THE HASHES"*) fail "A download is not what $lock expects, and was not installed." \
        "Run this again; if it stays so, something between here and the package index changes files." ;;
    *CERTIFICATE_VERIFY_FAILED*) fail "The package index's certificate is not trusted here." \
        "Behind a proxy that opens TLS, say where its certificate is: PIP_CERT=/path/to/ca.pem." ;;
    *"connection broken by"* | *"Could not fetch URL"* | *"Max retries exceeded"* | *"timed out"* | *"Connection reset"*)
        fail "The package index cannot be reached." \
            "Look at the network and at HTTPS_PROXY, or name an index that is in reach: PIP_INDEX_URL=https://…" ;;
    *"No matching distribution"*) fail \
        "The package index has no file of what is named above for this machine, or cannot be reached." \
        "Needed is CPython 3.11 to 3.14, on Linux with glibc or on macOS; a mirror (PIP_INDEX_URL) must have all of $lock." ;;
    *"ermission denied"*) fail "$folder cannot be written to." "Name a folder of yours, or run this as its owner." ;;
    esac
    fail "$lock was not installed; the reason is above." "Mend it, then run this again."
}

trap 'printf "\nerror: Interrupted; %s is not ready.\n hint: Run this again.\n" "$folder" >&2; exit 130' INT TERM
check_python
check_places
install
