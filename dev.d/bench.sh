# The benchmark: figures and their denominators in one run (tests/Benchmarks).
# shellcheck shell=bash

# bench [NAME…] [--quick]: a whole run is written into docs/benchmarks.md, a quick one is only printed.
bench() {
    step "Docker engine, images and PostgreSQL"
    ensure_engine
    noop_image
    compgen -G "/usr/lib/postgresql/*/bin/pgbench" >/dev/null || install_packages postgresql postgresql-contrib
    step "building"
    dotnet build tests/Benchmarks -c Release -v quiet --nologo >"$STATE/build.log" 2>&1 || { tail -n 20 "$STATE/build.log" >&2; die "the build failed (.dev/build.log)"; }
    step "measuring; use the machine for nothing else meanwhile"
    dotnet tests/Benchmarks/bin/Release/net10.0/Abaco.Benchmarks.dll --output docs/benchmarks.md "$@"
}

# The image whose program only says 'done'.
noop_image() {
    samples echo
    printf 'FROM abaco-samples/echo\nENTRYPOINT ["/bin/sh", "-c", "echo done"]\n' | DOCKER_BUILDKIT=0 docker build -q -t abaco-bench/noop - >/dev/null
}

# Shows in the tests that the benchmark still works; says nothing about speed.
bench_smoke() { noop_image && dotnet tests/Benchmarks/bin/Debug/net10.0/Abaco.Benchmarks.dll --quick P3; }
