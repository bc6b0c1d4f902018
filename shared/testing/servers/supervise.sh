#!/bin/sh
# supervise.sh SIGNAL DIR COMMAND...
# Runs a server for as long as the process at the other end of stdin lives. A pipe closes however its owner dies, SIGKILL
# included, so a crashed test leaves no server and no folder behind. The server gets SIGNAL, and SIGKILL 5 s later.
signal=$1
dir=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(
  cat <&3 >/dev/null
  kill "-$signal" "$server" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$server" 2>/dev/null || exit 0
    sleep 0.5
  done
  kill -KILL "$server" 2>/dev/null
) &
watcher=$!
trap '' HUP INT TERM
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
[ "$dir" = - ] || rm -rf "$dir"
exit "$code"
