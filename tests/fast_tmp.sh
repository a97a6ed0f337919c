#!/bin/sh
# Print a folder in memory for the tests' files, if this machine has one with room for them where programs may run.
#
# The bots of the tests wait for the disk at each commit, as in production: on a disk that takes a third of the gate's time.
folder=/dev/shm
room=$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
[ "${room:-0}" -gt 4000000 ] || exit 0
trial=$(mktemp "$folder/trial.XXXXXX" 2>/dev/null) || exit 0
printf '#!/bin/sh\n' >"$trial" && chmod +x "$trial" && "$trial" 2>/dev/null && echo "$folder"
rm -f "$trial"
