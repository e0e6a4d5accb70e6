#!/bin/sh
# Runs the servers through their first calls so that the JVM sees which classes a start needs: train.sh LAUNCHER CACHE
set -eu
launcher=$1 cache=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
echo 'first line' >"$work/root/file.txt"

meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
{
  cat <<EOF
{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{$meta}}
{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{$meta}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"file.txt"},$meta}}
{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"git_init","arguments":{"path":"."},$meta}}
{"jsonrpc":"2.0","id":4,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"training","version":"1"}}}
EOF
  sleep 1
  cat <<EOF
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":5,"method":"tools/list"}
{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"file.txt"}}}
{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"git_status","arguments":{}}}
{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"git_add","arguments":{"all":true}}}
EOF
  sleep 1
  echo '{"jsonrpc":"2.0","id":10,"method":"tools/call","params":{"name":"git_commit","arguments":{"message":"one","author":"A <a@example.org>"}}}'
  sleep 1
  echo 'second line' >>"$work/root/file.txt"
  cat <<EOF
{"jsonrpc":"2.0","id":11,"method":"tools/call","params":{"name":"git_log","arguments":{"paths":["file.txt"]}}}
{"jsonrpc":"2.0","id":12,"method":"tools/call","params":{"name":"git_diff","arguments":{}}}
{"jsonrpc":"2.0","id":13,"method":"tools/call","params":{"name":"git_show","arguments":{"object":"HEAD"}}}
{"jsonrpc":"2.0","id":14,"method":"tools/call","params":{"name":"git_blame","arguments":{"path":"file.txt"}}}
{"jsonrpc":"2.0","id":15,"method":"tools/call","params":{"name":"git_status","arguments":{}}}
EOF
  sleep 1
} | JDK_JAVA_OPTIONS="-XX:AOTCacheOutput=$cache" "$launcher" stdio filesystem git --root "$work/root" --data-dir "$work/data"
[ -f "$cache" ]
