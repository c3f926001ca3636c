# The development server: one process, SQLite, no authentication.
# shellcheck shell=bash

ready() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 "$URL/readyz" || true)" = 200 ]; }

server_pid() {
    local pid
    pid=$(cat "$STATE/server.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'Abaco.Silo' && echo "$pid"
}

start_server() {
    if server_pid >/dev/null && ready; then
        say "the server is running already"
        return
    fi
    if curl -s -o /dev/null --max-time 2 "$URL/"; then
        server_pid >/dev/null || die "something else listens on $URL; stop it first"
    fi
    say "building (the first time takes a minute) ..."
    dotnet build src/Silo -v quiet --nologo >"$STATE/build.log" 2>&1 || { tail -n 20 "$STATE/build.log" >&2; die "the build failed (.dev/build.log)"; }
    say "starting the server ..."
    setsid nohup dotnet run --no-build --project src/Silo </dev/null >"$STATE/server.log" 2>&1 &
    local launcher=$!
    for _ in $(seq 240); do
        if ready; then
            # 'dotnet run' starts the server as its child: that one is to be stopped later.
            pgrep -P "$launcher" -f Abaco.Silo | head -n 1 >"$STATE/server.pid"
            [ -s "$STATE/server.pid" ] || echo "$launcher" >"$STATE/server.pid"
            return
        fi
        kill -0 "$launcher" 2>/dev/null || { tail -n 20 "$STATE/server.log" >&2; die "the server ended (.dev/server.log)"; }
        sleep 0.5
    done
    tail -n 20 "$STATE/server.log" >&2
    die "the server is not ready after two minutes: $(curl -s --max-time 5 "$URL/readyz")"
}

# field NAME: the value of a text field in the JSON on standard input.
field() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }

main_job() {
    local actor execution status=""
    step "registering an actor from the image abaco-samples/echo"
    actor=$(curl -sf -d image=abaco-samples/echo "$URL/actors" | sed 's/.*"id":"\([^"]*\)".*/\1/') || die "the actor could not be registered"
    say "   POST $URL/actors -d image=abaco-samples/echo"
    say "   actor $actor"
    step "sending it a message"
    execution=$(curl -sf -d "message=Hello from ./dev up" "$URL/actors/$actor/messages" | field executionId) || die "the message could not be sent"
    say "   POST $URL/actors/$actor/messages -d 'message=Hello from ./dev up'"
    say "   execution $execution"
    while [ "$status" != COMPLETE ]; do
        curl -sf -o /dev/null "$URL/actors/$actor/executions/$execution?wait=10"
        status=$(curl -sf "$URL/actors/$actor/executions/$execution" | sed 's/.*"id":"[^"]*","status":"\([A-Z]*\)".*/\1/')
        say "   $status"
        [ "$status" != ERROR ] || die "the execution ended in ERROR: see $URL/actors/$actor/executions/$execution"
    done
    step "its log"
    curl -sf "$URL/actors/$actor/executions/$execution/logs?follow=true"
    step "done: the server keeps running on $URL; './dev down' stops it"
}

up() {
    step "Docker engine"
    need curl curl
    ensure_engine
    say "answers: $(docker version --format '{{.Server.Version}}')"
    step "sample image"
    samples echo
    step "server"
    start_server
    main_job
}

down() {
    local pid
    if ! pid=$(server_pid); then
        say "no server runs"
        return
    fi
    kill -TERM "$pid"
    for _ in $(seq 120); do
        kill -0 "$pid" 2>/dev/null || { rm -f "$STATE/server.pid"; say "the server is stopped; the Docker engine stays"; return; }
        sleep 0.5
    done
    die "the server (pid $pid) has not ended within a minute; see .dev/server.log"
}
