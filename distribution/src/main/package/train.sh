#!/bin/sh
# Runs servers through their first calls so that the JVM sees which classes a start needs:
# train.sh LAUNCHER CACHE SERVER…
set -eu
launcher=$1 cache=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
echo 'first line' >"$work/root/file.txt"
set -- "$@" --root "$work/root" --data-dir "$work/data"
case " $* " in
  *' git '*)
    printf 'servers:\n  git:\n    toolsets: [work, admin]\n' >"$work/config.yaml"
    set -- "$@" --config "$work/config.yaml"
    ;;
esac

mkfifo "$work/in"
JDK_JAVA_OPTIONS="-XX:AOTCacheOutput=$cache" "$launcher" stdio "$@" <"$work/in" >"$work/out" &
server=$!
exec 3>"$work/in"

meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
id=0

# ask METHOD PARAMS: returns once it is answered.
ask() {
  id=$((id + 1))
  printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}\n' "$id" "$1" "$2" >&3
  until grep -q "\"id\":$id," "$work/out"; do
    kill -0 "$server" || exit 1
    sleep 0.1
  done
  ! grep -q '"error":{\|"isError":true' "$work/out" || {
    cat "$work/out"
    exit 1
  }
}

# call TOOL ARGUMENTS [META]
call() {
  ask tools/call "\"name\":\"$1\",\"arguments\":$2${3:+,$3}"
}

ask server/discover "$meta"
ask tools/list "$meta"
case " $* " in *' filesystem '*) call read_file '{"path":"file.txt"}' "$meta" ;; esac
case " $* " in *' git '*) call git_init '{"path":"."}' "$meta" ;; esac
ask initialize '"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"training","version":"1"}'
echo '{"jsonrpc":"2.0","method":"notifications/initialized"}' >&3
ask tools/list ''
case " $* " in *' filesystem '*) call read_file '{"path":"file.txt"}' ;; esac
case " $* " in
  *' git '*)
    call git_status '{}'
    printf '[user]\n\tname = A\n\temail = a@example.org\n' >>"$work/root/.git/config"
    call git_add '{"all":true}'
    call git_commit '{"message":"one"}'
    echo 'second line' >>"$work/root/file.txt"
    call git_maintain '{"action":"gc"}'
    call git_log '{"paths":["file.txt"]}'
    call git_diff '{}'
    call git_show '{"object":"HEAD"}'
    call git_blame '{"path":"file.txt"}'
    call git_status '{}'
    ;;
esac
exec 3>&-
wait "$server"
[ -f "$cache" ]
