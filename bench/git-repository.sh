#!/bin/sh
# Makes the repository the git server is measured on, the same one every time, checked out and repacked, without a
# commit-graph; and beside it FOLDER-graph, with the one native git writes. Takes a minute.
# Usage: bench/git-repository.sh FOLDER [COMMITS] [FILES]   (50000 and 60000). FOLDER must not exist.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
folder=$1
[ ! -e "$folder" ] && [ ! -e "$folder-graph" ] || { echo "bench/git-repository.sh: $folder is there already" >&2; exit 1; }
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
git init -q -b main "$folder"
"$JAVA_HOME/bin/java" "$root/bench/GitHistory.java" "${2:-50000}" "${3:-60000}" | git -C "$folder" fast-import --quiet
git -C "$folder" repack -adfq
git -C "$folder" prune-packed
git -C "$folder" pack-refs --all
git -C "$folder" reset -q --hard
cp -a "$folder" "$folder-graph"
git -C "$folder-graph" commit-graph write --reachable --changed-paths --no-progress
for each in "$folder" "$folder-graph"; do
  # The index entries shall not look as young as the index.
  sleep 1
  git -C "$each" update-index -q --really-refresh
  git -C "$each" status --porcelain | head -3
done
