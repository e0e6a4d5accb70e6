#!/bin/sh
# Makes the distribution: package.sh TARGET NAME LAUNCHER_JAR
#   TARGET/libraries/*.jar         in, the launcher's dependencies
#   TARGET/../../MODULE/target/class-path  in, what each server needs of them
#   TARGET/NAME/                   out: bin/ lib/ runtime/
#   TARGET/NAME.tar.gz             out
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$1 name=$2 launcher=$3
cd "$target"

# The same moment for every file, so that the same sources make the same archive.
moment='2026-11-20 00:00:00 UTC'

# What jdeps finds in the jars, and what is only found by name at run time: elliptic curves for TLS, the zip file
# system, management beans, the number of the user who runs it.
modules=java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml
modules=$modules,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs
. "$here/jvm-options"

# Linked again only for another JDK or other modules.
want="$modules $(cat "$JAVA_HOME/release")"
if [ ! -f runtime-image.made ] || [ "$(cat runtime-image.made)" != "$want" ]; then
  rm -rf runtime-image runtime-image.made
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --output runtime-image \
    --strip-debug --no-header-files --no-man-pages
  printf '%s\n' "$want" >runtime-image.made
fi

staging=$target/staging
rm -rf "$staging"
mkdir -p "$staging/bin" "$staging/lib"
cp -a runtime-image "$staging/runtime"
cp "$launcher" libraries/*.jar "$staging/lib"
chmod u+w "$staging"/lib/*.jar
"$JAVA_HOME/bin/java" "$here/Unsign.java" "$staging"/lib/*.jar
# Our own first: what is looked for most often is in them, and jars are opened up to the one that has it.
jars=$(cd "$staging/lib" && LC_ALL=C ls ./*millwright* && LC_ALL=C ls ./*.jar | grep -v millwright)
jars=$(printf '%s\n' "$jars" | sed 's|^\./||' | tr '\n' ' ')
jars=${jars% }

# lib/SERVER.jars: the class path of a process with that server alone. The modules of all servers are on it, their
# libraries are not: a jar that is on the class path is opened to look for what is in none, and its table of contents
# stays in memory.
servers=$(ls libraries | sed -n 's/^dev\.millwright\.mcp-\([a-z0-9]*\)-[0-9].*\.jar$/\1/p' | grep -vx core | tr '\n' ' ')
servers=${servers% }
for server in $servers; do
  needed=$(tr ':' '\n' <"../../mcp-$server/target/class-path" | sed 's|^\./||')
  only=
  for jar in $jars; do
    case $jar in
      dev.millwright.mcp-* | "${launcher##*/}") only="$only $jar" ;;
      *) ! printf '%s\n' "$needed" | grep -qxF "$jar" || only="$only $jar" ;;
    esac
  done
  for jar in $needed; do
    case " $only " in
      *" $jar "*) ;;
      *) echo "package.sh: mcp-$server needs $jar, which is not among the launcher's libraries" >&2 && exit 1 ;;
    esac
  done
  printf '%s\n' "${only# }" >"$staging/lib/$server.jars"
done
sed -e "s|@JARS@|$jars|" -e "s|@SERVERS@|$servers|" -e "s|@JVM_OPTIONS@|$jvm_options|" "$here/bin/millwright" \
  >"$staging/bin/millwright"
chmod 755 "$staging/bin/millwright"
find "$staging" -exec touch -h -d "$moment" {} +

# The caches are made again only for other jars, another runtime, other options or another training.
content=$(cd "$staging" && cat lib/*.jar lib/*.jars runtime/lib/modules bin/millwright "$here/train.sh" | sha256sum | cut -c1-64)
if [ ! -f "cache/$content/made" ]; then
  rm -rf cache
  mkdir -p "cache/$content"
  for server in $servers; do
    sh "$here/train.sh" "$staging/bin/millwright" "$target/cache/$content/$server.aot" "$server" \
      >"cache/$server.log" 2>&1 &
  done
  sh "$here/train.sh" "$staging/bin/millwright" "$target/cache/$content/millwright.aot" $servers \
    >cache/millwright.log 2>&1 &
  wait
  for cache in $servers millwright; do
    [ -f "cache/$content/$cache.aot" ] || {
      cat "cache/$cache.log" >&2
      echo "package.sh: training $cache.aot failed" >&2
      exit 1
    }
  done
  : >"cache/$content/made"
fi
cp "cache/$content"/*.aot "$staging/lib"
touch -d "$moment" "$staging"/lib/*.aot
(cd "$staging/lib" && sha256sum *.aot ../runtime/lib/modules *.jar *.jars >SHA256SUMS && touch -d "$moment" SHA256SUMS)

tar --sort=name --owner=0 --group=0 --numeric-owner --transform "s|^\./|$name/|;s|^\.$|$name|" \
  -C "$staging" -cf - . | gzip -n -1 >"$name.tar.gz.part"
mv -f "$name.tar.gz.part" "$name.tar.gz"

# Whoever runs the old one keeps its files open until they end.
for old in "$target"/millwright-*/; do
  [ ! -d "$old/bin" ] || mv "$old" "$target/old.$$.${old##*/millwright-}" 2>/dev/null || rm -rf "$old"
done
mv "$staging" "$target/$name"
rm -rf "$target"/old.*
"$target/$name/bin/millwright" version >/dev/null
