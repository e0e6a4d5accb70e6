#!/bin/sh
# Times search_files of the packaged server, warm on stdio, against ripgrep in turns, over a generated tree of small files
# that is in the page cache. Usage: bench/search.sh [FILES] [ROUNDS]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
files=${1:-60000}
rounds=${2:-15}
command -v rg >/dev/null || { echo "bench/search.sh: ripgrep is not installed" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v dir="$work/tree" -v files="$files" 'BEGIN {
  srand(42)
  split("public static return if for while int String void class new import private final", kw, " ")
  for (i = 1; i <= 3000; i++) {
    w = ""
    for (j = 2 + int(rand() * 8); j > 0; j--) w = w substr("etaoinshrdlucmfwypvbgk", 1 + int(rand() * 22), 1)
    words[i] = w
  }
  for (n = 0; n < files; n++) {
    if (n % 29 == 0) {
      path = dir
      for (k = 1 + int(rand() * 4); k > 0; k--) path = path "/d" int(rand() * 12)
      system("mkdir -p " path)
    }
    file = path "/f" n (n % 2 ? ".java" : ".txt")
    for (l = 5 + int(rand() * 85); l > 0; l--) {
      line = ""
      for (k = 1 + int(rand() * 8); k > 0; k--) line = line " " (rand() < 0.2 ? kw[1 + int(rand() * 14)] : words[1 + int(rand() * 3000)])
      print line ";" > file
    }
    if (n % 6000 == 17) print "rareNeedleXyz here" > file
    close(file)
  }
}'

"$root/millwright" version >&2
read -r name <"$root/distribution/target/built"
"$JAVA_HOME/bin/java" "$root/bench/SearchTimes.java" "$rounds" "$root/distribution/target/$name/bin/millwright" \
  "$work/tree" - rareNeedleXyz - return e 'ret\w+Xyz' e '[a-z]+Needle[XYZ]yz' i rareneedlexyz e '\d{4}-\d\d'
