# All tests, the fast ones first.
# shellcheck shell=bash

PASSED=0
FAILED=0

# counted NAME COMMAND...: a step that either passes or fails as a whole.
counted() {
    local name=$1 begun=$SECONDS
    shift
    if "$@" >"$STATE/test/$name.log" 2>&1; then
        say "ok   $name ($((SECONDS - begun)) s)"
    else
        FAILED=$((FAILED + 1))
        say "FAIL $name ($((SECONDS - begun)) s); .dev/test/$name.log ends with:"
        tail -n 40 "$STATE/test/$name.log"
    fi
}

# project NAME: runs a test project and adds up its counters. A skipped test counts as failed: nothing may be skipped.
project() {
    local name=$1 begun=$SECONDS counters passed total
    rm -f "$STATE/test/$name.trx"
    dotnet test "tests/$name" --no-build --logger "trx;LogFileName=$name.trx" --results-directory "$STATE/test" --blame-hang --blame-hang-timeout 10m \
        >"$STATE/test/$name.log" 2>&1 || true
    counters=$(grep -o '<Counters [^>]*>' "$STATE/test/$name.trx" 2>/dev/null || true)
    total=$(sed -n 's/.* total="\([0-9]*\)".*/\1/p' <<<"$counters")
    passed=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
    if [ -z "$total" ] || [ "$total" = 0 ]; then
        FAILED=$((FAILED + 1))
        say "FAIL $name ran no test; .dev/test/$name.log ends with:"
        tail -n 40 "$STATE/test/$name.log"
        return
    fi
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + total - passed))
    say "$([ "$passed" = "$total" ] && echo 'ok  ' || echo FAIL) $name: $passed of $total ($((SECONDS - begun)) s)"
    if [ "$passed" != "$total" ]; then
        grep -A 25 -E '^\s+Failed ' "$STATE/test/$name.log" | head -n 200 || true
    fi
}

run_tests() {
    local name begun=$SECONDS
    rm -rf "$STATE/test"
    mkdir -p "$STATE/test"
    need curl curl
    need /usr/bin/busybox busybox-static
    need docker-registry docker-registry
    need gcc gcc libc6-dev
    ensure_engine
    counted build dotnet build Abaco.sln --nologo -v quiet
    if [ "$FAILED" = 0 ]; then
        counted format dotnet format Abaco.sln --verify-no-changes --no-restore
        for name in Grains.Tests Cluster.Tests Api.Tests Docker.Tests; do
            if compgen -G "tests/$name/*.cs" >/dev/null; then project "$name"; fi
        done
        need_black_box
        samples
        counted benchmark bench_smoke
        black_box EndToEnd
        black_box Faults
        grep '^|' "$STATE/test/Faults.log" || true
    fi
    say "all tests took $((SECONDS - begun)) s"
    say "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ]
}

# black_box NAME: a Python program under tests/ that ends with 'N passed, N failed'.
black_box() {
    local name=$1 begun=$SECONDS counts
    "tests/$name/run" >"$STATE/test/$name.log" 2>&1 || true
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$STATE/test/$name.log" | tail -n 1)
    if [ -z "$counts" ]; then
        FAILED=$((FAILED + 1))
        say "FAIL $name did not finish; .dev/test/$name.log ends with:"
        tail -n 40 "$STATE/test/$name.log"
        return
    fi
    PASSED=$((PASSED + ${counts%% passed*}))
    counts=${counts#*, }
    FAILED=$((FAILED + ${counts%% failed}))
    say "$([ "${counts%% failed}" = 0 ] && echo 'ok  ' || echo FAIL) $name: $(grep -E '^[0-9]+ passed' "$STATE/test/$name.log" | tail -n 1) ($((SECONDS - begun)) s)"
    grep -A 20 '^FAIL' "$STATE/test/$name.log" | head -n 100 || true
}

# What the Python programs under tests/ need.
need_black_box() {
    need /usr/bin/busybox busybox-static
    need_python
    /usr/bin/python3 -c "import requests" 2>/dev/null || install_packages python3-requests
    need nsenter util-linux
    need ip iproute2
}

faults() {
    need_black_box
    ensure_engine
    dotnet build src/Silo -v quiet --nologo
    tests/Faults/run "$@"
}

soak() {
    need_black_box
    ensure_engine
    dotnet build src/Silo -v quiet --nologo
    /usr/bin/python3 -B tests/Faults/soak.py "${1:-30}"
}
