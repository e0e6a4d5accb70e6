#!/bin/sh
# Compares the packaged git server with native Git and with git-mcp-server of npm, in turns, on a generated repository of
# 50,000 commits and 60,000 files: calls to a warm server, tokens, starts and memory.
# Usage: bench/git.sh [ROUNDS]   (15; on a quiet machine). GIT_REPOSITORY names a folder that git-repository.sh made, else
# it is made anew, which takes a minute. Needs git, node and npm; installs the peer into bench/node_modules unless
# NODE_MODULES names a folder that has it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
modules=${NODE_MODULES:-$root/bench/node_modules}
if [ ! -d "$modules/@cyanheads/git-mcp-server" ]; then
  npm install --silent --no-save --prefix "$root/bench" "@cyanheads/git-mcp-server" >&2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repository=${GIT_REPOSITORY:-$work/repository}
[ -e "$repository" ] || "$root/bench/git-repository.sh" "$repository"
"$root/millwright" version >&2
read -r name <"$root/distribution/target/built"
"$JAVA_HOME/bin/java" "$root/bench/GitTimes.java" "${1:-15}" "$repository" \
  "$modules/@cyanheads/git-mcp-server/dist/index.js" "$root/distribution/target/$name/bin/millwright" stdio git
