#!/bin/sh
# Times the Docker server, most of it beside Docker itself in turns: layers beside docker save, sandboxes beside docker run,
# statistics of fifty containers beside those of one; then the parser, the diagnosis of logs, packages and vulnerabilities.
# Usage: bench/docker.sh [ROUNDS]   (10; on a quiet machine). Needs an engine at its usual socket, the docker command
# line, bubblewrap and busybox-static; makes its images from busybox and removes them.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/.mvn/find-jdk.sh"
millwright_find_jdk
rounds=${1:-10}
"$root/millwright" version >&2
read -r name <"$root/distribution/target/built"
millwright=$root/distribution/target/$name/bin/millwright
(cd "$root" && ./mvnw -q -pl mcp-docker -am -Dspotless.check.skip=true compile \
  org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=target/bench.classpath) >&2
classes=$root/mcp-docker/target/classes:$(cat "$root/mcp-docker/target/bench.classpath")
work=$(mktemp -d)
image=millwright-bench/busybox:1
trap 'docker rmi -f "$image" >/dev/null 2>&1; rm -rf "$work"' EXIT

mkdir -p "$work/base/bin" "$work/base/tmp"
cp /bin/busybox "$work/base/bin"
for applet in sh echo sleep; do ln -s busybox "$work/base/bin/$applet"; done
tar -C "$work/base" -c . | docker import - "$image" >/dev/null

java() { "$JAVA_HOME/bin/java" -cp "$classes" "$@"; }
echo '== layers of 1 GB in 64 MB of heap, beside docker save (at least 0.9 x)'
java "$root/bench/DockerLayers.java" 5 "$millwright" stdio docker
echo '== run_in_sandbox of echo, beside docker run (bubblewrap p50 at most 80 ms; container at most 1.3 x)'
java "$root/bench/DockerSandbox.java" "$rounds" "$image" "$millwright" stdio docker
echo '== analyze_container_stats, fifty beside one (at most 1.5 x)'
java "$root/bench/DockerStats.java" 3 "$image" "$millwright" stdio docker
echo '== a Dockerfile, parsed (at most 0.3 ms) and linted'
java "$root/bench/DockerfileTimes.java"
echo '== a log of 5,000 lines, diagnosed (at most 10 ms)'
java "$root/bench/DockerFailure.java" "$rounds"
echo '== 500 packages found and matched, warm (at most 1 s)'
java -Xmx256m "$root/bench/DockerVulnerabilities.java" "$rounds" 300000 "$work/vulnerabilities"
