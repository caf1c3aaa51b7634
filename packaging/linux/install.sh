#!/bin/sh
# Installs kaohe for this user: the program, its icon and its desktop entry. `--remove` takes it back.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin
if [ "${1:-}" = --remove ]; then
  rm -f "$bin/kaohe" "$data/applications/kaohe.desktop" "$data/icons/hicolor/scalable/apps/kaohe.svg"
  exit 0
fi
# In a release the program stands beside `packaging/`; in a clone it is built.
program=${1:-$here/../../kaohe}
[ $# -gt 0 ] || [ -x "$program" ] || program=$here/../../target/release/kaohe
[ -x "$program" ] || { echo "usage: install.sh PROGRAM | --remove" >&2; exit 2; }
icon=$here/../../icon.svg
[ -f "$icon" ] || icon=$here/../../src/serve/assets/icon.svg
mkdir -p "$bin" "$data/applications" "$data/icons/hicolor/scalable/apps"
install -m 755 "$program" "$bin/kaohe"
install -m 644 "$icon" "$data/icons/hicolor/scalable/apps/kaohe.svg"
# The entry names the program by its whole path: ~/.local/bin is not in every session's PATH.
sed "s|^Exec=kaohe|Exec=\"$bin/kaohe\"|" "$here/kaohe.desktop" > "$data/applications/kaohe.desktop"
command -v update-desktop-database >/dev/null && update-desktop-database "$data/applications" || true
