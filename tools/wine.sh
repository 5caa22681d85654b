#!/bin/sh
# Runs a program under wine, in the folder of $WINEPREFIX. What wine leaves running for a while would keep a pipe of ctest's open: the output goes through a file.
output=$(mktemp)
WINEDEBUG=-all /usr/lib/wine/wine64 "$@" >"$output" 2>&1 </dev/null
code=$?
cat "$output"
rm "$output"
exit $code
