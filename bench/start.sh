#!/bin/sh
# Compares starts, memory and small reads of the packaged filesystem server with server-filesystem of npm, in turns.
# Usage: bench/start.sh [ROUNDS]   (25; on a quiet machine). Needs node and npm; installs the peer into bench/node_modules
# unless NODE_MODULES names a folder that has it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
modules=${NODE_MODULES:-$root/bench/node_modules}
if [ ! -d "$modules/@modelcontextprotocol/server-filesystem" ]; then
  npm install --silent --no-save --prefix "$root/bench" "@modelcontextprotocol/server-filesystem" >&2
fi
"$root/millwright" version >&2
read -r name <"$root/distribution/target/built"
launcher=$root/distribution/target/$name/bin/millwright
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
"$JAVA_HOME/bin/java" "$root/bench/StartTimes.java" "${1:-25}" "$launcher" \
  "$modules/@modelcontextprotocol/server-filesystem/dist/index.js" "$work/root"
