#!/bin/sh
# What the tests need of the system: Chromium, a Chinese font, a PostgreSQL server and an LDAP directory (slapd; the tests start
# both themselves). Installs what is missing from Debian's packages; needs root only then.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/share/fonts/opentype/noto/NotoSansCJK-*.ttc >/dev/null 2>&1 || missing="$missing fonts-noto-cjk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -x /usr/sbin/slapd ] || missing="$missing slapd"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "缺少系统软件包：$missing。请用管理员身份运行：apt-get install -y$missing" >&2
    exit 1
fi
echo "正在安装系统软件包：$missing …"
log=$(mktemp)
if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    exit 1
fi
rm -f "$log"
