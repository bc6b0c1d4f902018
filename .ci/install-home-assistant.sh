#!/usr/bin/env bash
# Installs Home Assistant's core from PyPI and prints the path of its Python, for EARSHOT_HA_PYTHON: tests check Earshot's MQTT
# discovery messages with Home Assistant's own schemas. Needs Python 3.13 and a C compiler. The first run takes 4 minutes of network,
# 10 s of CPU and 490 MB of disk. A later run ends at once, because a stamp file names the installed version. SERVERS_DIR is the folder to
# install into, as for install-servers.sh.
set -euo pipefail

VERSION=2025.4.4 # the newest version that runs on Python 3.13.0
PAHO_VERSION=2.1.0 # the version that Home Assistant's MQTT integration requires in its manifest

if [ -z "${SERVERS_DIR:-}" ]; then
  if [ "$(id -u)" = 0 ]; then SERVERS_DIR=/var/cache/earshot-servers; else SERVERS_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/earshot-servers; fi
fi
dir=$SERVERS_DIR/home-assistant
python=$dir/bin/python
stamp=$dir/version
mkdir -p "$SERVERS_DIR"
exec 9>"$SERVERS_DIR/.home-assistant.lock"
flock 9 # when two runs start at once, the second waits for the first and then finds the stamp file

if [ "$(cat "$stamp" 2>/dev/null)" != "$VERSION" ] || ! "$python" -c 'import homeassistant.const' 2>/dev/null; then
  base=
  for candidate in python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python3 python3; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null && base=$candidate && break
  done
  [ -n "$base" ] || { echo "Home Assistant $VERSION needs Python 3.13, which is not installed here" >&2; exit 1; }
  rm -rf "$dir"
  "$base" -m venv "$dir" >&2
  "$python" -m pip install --quiet --disable-pip-version-check uv >&2
  # Leave out packages for voice and cameras: they would have to be compiled, and the MQTT integration does not import them.
  printf '%s; python_version < "3"\n' pymicro-vad pyspeex-noise PyTurboJPEG >"$dir/left-out.txt"
  "$dir/bin/uv" pip install --quiet --python "$python" --override "$dir/left-out.txt" \
    "homeassistant==$VERSION" "paho-mqtt==$PAHO_VERSION" >&2
  "$python" -c 'import homeassistant.components.mqtt.siren' >&2
  echo "$VERSION" >"$stamp"
fi
echo "$python"
