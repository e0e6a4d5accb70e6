# Sourced by mvnw and millwright: sets JAVA_HOME to a JDK of at least version 25, wherever it is installed.
# A JAVA_HOME that already fits is kept.

millwright_jdk_version() { # DIR -> major version, or nothing
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

millwright_find_jdk() {
  for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* "${HOME:-/}"/.sdkman/candidates/java/* \
      "${HOME:-/}"/.jdks/* /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    version=$(millwright_jdk_version "$dir")
    if [ -n "$version" ] && [ "$version" -ge 25 ]; then
      JAVA_HOME=$dir
      export JAVA_HOME
      return 0
    fi
  done
  echo "millwright: no JDK 25 or newer found; install Temurin 25 (for example under /usr/lib/jvm) or set JAVA_HOME" >&2
  return 1
}
