# Sample images, made from what is on the machine: no registry.
# shellcheck shell=bash

samples() {
    local name
    for name in "${@:-echo}"; do
        [ -x "samples/$name/build" ] || die "there is no sample '$name'"
        say "building abaco-samples/$name"
        "samples/$name/build" >"$STATE/sample-$name.log" 2>&1 || { tail -n 20 "$STATE/sample-$name.log" >&2; die "the sample '$name' could not be built"; }
    done
}
