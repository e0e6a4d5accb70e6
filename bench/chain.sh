#!/usr/bin/env bash
# Measures what the chain costs a read, in microseconds; ends with 1 when that is more than it may be. Takes a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
millwright_find_jdk
./mvnw -q -Pbench -pl bench -am package -DskipTests >&2
exec "$JAVA_HOME/bin/java" -cp "bench/target/classes:bench/target/libraries/*" dev.millwright.bench.ChainOverhead
