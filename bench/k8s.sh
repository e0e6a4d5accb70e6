#!/bin/sh
# Compares the packaged Kubernetes server with mcp-server-kubernetes and kubernetes-mcp-server of npm, in turns, against a
# stub API server with 5,000 pods: diagnosis, overview, starts, memory.
# Usage: bench/k8s.sh [ROUNDS]   (20; on a quiet machine). Needs node, npm and kubectl (Debian: kubernetes-client), which one
# peer runs; installs the peers into bench/node_modules unless NODE_MODULES names a folder that has them.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
modules=${NODE_MODULES:-$root/bench/node_modules}
for peer in mcp-server-kubernetes kubernetes-mcp-server; do
  [ -d "$modules/$peer" ] || npm install --silent --no-save --prefix "$root/bench" mcp-server-kubernetes kubernetes-mcp-server >&2
done
"$root/millwright" version >&2
read -r name <"$root/distribution/target/built"
# The stub is the one of the tests.
(cd "$root" && ./mvnw -q -pl mcp-k8s -am -Dspotless.check.skip=true test-compile \
  org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/test.classpath) >&2
classes=$root/mcp-k8s/target/test-classes:$root/mcp-k8s/target/classes:$(cat "$root/mcp-k8s/target/test.classpath")
cd "$root/mcp-k8s" # where the recorded states are found
"$JAVA_HOME/bin/java" "$root/bench/K8sTimes.java" "${1:-20}" \
  "$JAVA_HOME/bin/java -cp $classes dev.millwright.k8s.stub.BenchStub" \
  "$modules/mcp-server-kubernetes/dist/index.js" \
  "$(ls "$modules"/kubernetes-mcp-server-linux-*/bin/* | head -n 1)" \
  "$root/distribution/target/$name/bin/millwright" stdio k8s
