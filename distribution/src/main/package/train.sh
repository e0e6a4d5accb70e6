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
case " $* " in
  *' k8s '*)
    # Nothing listens there: what it takes to find that out is what any call begins with.
    cat >"$work/kubeconfig" <<'EOF'
apiVersion: v1
kind: Config
current-context: none
contexts: [{name: none, context: {cluster: none, user: none, namespace: default}}]
clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: none, user: {token: none}}]
EOF
    set -- "$@" --kubeconfig "$work/kubeconfig"
    ;;
esac

meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}'
id=0
mkfifo "$work/in"

# start OPTIONS WORD…: the launcher, with these options of the JVM.
start() {
  options=$1
  shift
  JDK_JAVA_OPTIONS=$options "$launcher" "$@" <"$work/in" >"$work/out" &
  server=$!
  exec 3>"$work/in"
}

# end: of its input, and so of the process.
end() {
  exec 3>&-
  wait "$server"
}

# say METHOD PARAMS: returns once it is answered, be it with an error.
say() {
  id=$((id + 1))
  printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}\n' "$id" "$1" "$2" >&3
  until grep -q "\"id\":$id," "$work/out"; do
    kill -0 "$server" || exit 1
    sleep 0.1
  done
}

# ask METHOD PARAMS: returns once it is answered, without an error.
ask() {
  say "$@"
  ! grep "\"id\":$id," "$work/out" | grep -q '"error":{\|"isError":true' || {
    cat "$work/out"
    exit 1
  }
}

# call TOOL ARGUMENTS [META]
call() {
  ask tools/call "\"name\":\"$1\",\"arguments\":$2${3:+,$3}"
}

# author FOLDER: lets commit in a repository.
author() {
  printf '[user]\n\tname = A\n\temail = a@example.org\n' >>"$1/.git/config"
}

case " $* " in
  *' git '*)
    # A pack whose index is large enough to be read where it lies, by a process that finds it there.
    many=0
    mkdir "$work/root/packed"
    while [ "$many" -lt 2500 ]; do
      many=$((many + 1))
      echo "$many" >"$work/root/packed/$many"
    done
    start '' stdio git --root "$work/root/packed" --data-dir "$work/packing" --config "$work/config.yaml"
    call git_init '{"path":"."}' "$meta"
    author "$work/root/packed"
    call git_add '{"all":true}' "$meta"
    call git_commit '{"message":"many"}' "$meta"
    call git_maintain '{"action":"gc"}' "$meta"
    end
    ;;
esac

# No profiles: only the second compiler would make use of them.
start "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining -XX:AOTCacheOutput=$cache" stdio "$@"
ask server/discover "$meta"
ask tools/list "$meta"
case " $* " in *' filesystem '*) call read_file '{"path":"file.txt"}' "$meta" ;; esac
case " $* " in *' git '*) call git_log '{"repo":"packed"}' "$meta" ;; esac
ask initialize '"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"training","version":"1"}'
echo '{"jsonrpc":"2.0","method":"notifications/initialized"}' >&3
ask tools/list ''
case " $* " in *' filesystem '*) call read_file '{"path":"file.txt"}' ;; esac
case " $* " in
  *' git '*)
    call git_init '{"path":"new"}'
    author "$work/root/new"
    echo 'first line' >"$work/root/new/file.txt"
    call git_status '{"repo":"new"}'
    call git_add '{"repo":"new","all":true}'
    call git_commit '{"repo":"new","message":"one"}'
    echo 'second line' >>"$work/root/new/file.txt"
    call git_maintain '{"repo":"new","action":"gc"}'
    call git_log '{"repo":"new","paths":["file.txt"]}'
    call git_diff '{"repo":"new"}'
    call git_show '{"repo":"new","object":"HEAD"}'
    call git_blame '{"repo":"new","path":"file.txt"}'
    call git_status '{"repo":"new"}'
    ;;
esac
case " $* " in *' k8s '*) say tools/call '"name":"k8s_get","arguments":{"kind":"pods"}' ;; esac
end
[ -f "$cache" ]
