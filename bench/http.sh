#!/usr/bin/env bash
# Compares echo calls over HTTP, in both protocol eras, with server-everything of npm: calls per second and ratios.
# NODE_MODULES names the folder that has @modelcontextprotocol/server-everything (npm i puts it there).
# CONNECTIONS (16), SECONDS_PER_ROUND (5) and ROUNDS (3) may be set. Ends with 1 when a server gives a wrong answer.
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk.sh
millwright_find_jdk
everything="${NODE_MODULES:?set it to the node_modules folder with @modelcontextprotocol/server-everything}"
everything+=/@modelcontextprotocol/server-everything/dist/index.js
./mvnw -q -Pbench -pl bench -am package -DskipTests >&2
data="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$data"' EXIT
PORT=3911 node "$everything" streamableHttp >/dev/null 2>&1 &
"$JAVA_HOME/bin/java" -cp "bench/target/classes:bench/target/libraries/*" dev.millwright.bench.EchoServer 3912 "$data" \
    >"$data/log" 2>&1 &
for port in 3911 3912; do
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        sleep 0.1
    done
done
"$JAVA_HOME/bin/java" bench/HttpLoad.java "${CONNECTIONS:-16}" "${SECONDS_PER_ROUND:-5}" "${ROUNDS:-3}" \
    server-everything=sessions=http://127.0.0.1:3911/mcp \
    millwright-sessions=sessions=http://127.0.0.1:3912/mcp \
    millwright-stateless=stateless=http://127.0.0.1:3912/mcp
