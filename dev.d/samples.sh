# Sample images, made from what is on the machine: no registry.
# shellcheck shell=bash

ALL_SAMPLES=(echo wordcount accumulate classify sleep-loop)

samples() {
    local name old
    [ $# -gt 0 ] || set -- "${ALL_SAMPLES[@]}"
    for name in "$@"; do
        [ -x "samples/$name/build" ] || die "there is no sample '$name'; there are: ${ALL_SAMPLES[*]}"
        case $name in
            wordcount | accumulate | classify) need_python ;;
            sleep-loop) command -v musl-gcc >/dev/null 2>&1 || need gcc musl-tools gcc ;;
        esac
        say "building abaco-samples/$name"
        old=$(docker images -q "abaco-samples/$name:latest")
        "samples/$name/build" >"$STATE/sample-$name.log" 2>&1 || { tail -n 20 "$STATE/sample-$name.log" >&2; die "the sample '$name' could not be built"; }
        # The image that had the name before is not needed any more, unless a container still is of it.
        if [ -n "$old" ] && [ "$old" != "$(docker images -q "abaco-samples/$name:latest")" ]; then docker rmi "$old" >/dev/null 2>&1 || true; fi
    done
}

need_python() {
    /usr/bin/python3 -c 'import numpy, PIL' 2>/dev/null || install_packages python3 python3-numpy python3-pil
}
