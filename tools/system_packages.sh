#!/usr/bin/env bash
# Debian packages that tests need; a no-op where they are present or where apt is not.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium chromium-driver)
command -v msgfmt >/dev/null || missing+=(gettext)
command -v fc-list >/dev/null && fc-list | grep -qi 'Noto Sans CJK' || missing+=(fonts-noto-cjk)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
# Only where nobody minds that Debian starts it: a developer's machine skips the tests of deploy/nginx.conf.
[ -z "${CI:-}" ] || command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "tests want: ${missing[*]}; install them with your system's package manager" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq "${missing[@]}" >/dev/null
