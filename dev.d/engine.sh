# Makes sure that tools and a Docker engine are there.
# shellcheck shell=bash

is_root() { [ "$(id -u)" = 0 ]; }

# need COMMAND PACKAGE...: installs the packages if the command is missing.
need() {
    local command=$1
    shift
    command -v "$command" >/dev/null 2>&1 || [ -e "$command" ] || install_packages "$@"
}

install_packages() {
    if ! is_root || ! command -v apt-get >/dev/null 2>&1; then
        die "missing: $*. Install them first: sudo apt-get update && sudo apt-get install -y $*"
    fi
    say "installing $* ..."
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"; } >"$STATE/apt.log" 2>&1; then
        tail -n 20 "$STATE/apt.log" >&2
        die "apt-get could not install $* (the whole output is in .dev/apt.log)"
    fi
}

engine_answers() { command -v docker >/dev/null 2>&1 && docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

ensure_engine() {
    command -v dotnet >/dev/null 2>&1 || die "the .NET SDK 10 is missing: 'dotnet' is not on the PATH"
    if engine_answers; then
        return
    fi
    if [ -n "${DOCKER_HOST:-}" ]; then
        die "DOCKER_HOST is $DOCKER_HOST, but no Docker engine answers there"
    fi
    if ! is_root; then
        if [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ]; then
            die "you may not use the Docker engine. Add yourself to its group: sudo usermod -aG docker $(id -un), and log in again"
        fi
        die "no Docker engine answers. Start one: sudo apt-get install -y docker.io && sudo service docker start (or run ./dev as root)"
    fi
    command -v dockerd >/dev/null 2>&1 || install_packages docker.io iptables ca-certificates
    command -v docker >/dev/null 2>&1 || install_packages docker.io
    start_engine
}

# Starts dockerd by hand where no service manager does; it keeps running.
start_engine() {
    if [ -d /run/systemd/system ] && systemctl start docker >/dev/null 2>&1 && engine_answers; then
        return
    fi
    say "starting dockerd ..."
    setsid nohup dockerd </dev/null >"$STATE/dockerd.log" 2>&1 &
    local pid=$!
    for _ in $(seq 120); do
        engine_answers && return
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
    done
    tail -n 15 "$STATE/dockerd.log" >&2
    die "dockerd did not come up (the whole output is in .dev/dockerd.log)"
}
