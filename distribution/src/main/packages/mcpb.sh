#!/bin/sh
# Packs the packaged distribution into an .mcpb that desktop hosts install: mcpb.sh TARGET NAME VERSION
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1/$2"
sed "s|@VERSION@|$3|" "$here/manifest.json" >"$1/manifest.json"
rm -f "$1/$2.mcpb"
# A zip that keeps modes; jar would not.
zip -q -X -r "$1/$2.mcpb" . -x lib/stamp
zip -q -X -j "$1/$2.mcpb" "$1/manifest.json"
rm "$1/manifest.json"
