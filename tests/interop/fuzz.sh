#!/usr/bin/env bash
# A fuzzer (libFuzzer, by cargo-fuzz) looks for requests that the sandbox cannot stand, and for
# answers that the reading side of the SDK cannot. No part of run.sh: it builds everything once
# more, with a nightly toolchain, and the longer it runs the more it says.
#
#   cargo install cargo-fuzz --locked
#   tests/interop/fuzz.sh
#
#   FUZZ_SECONDS (60) for each target, FUZZ_TARGETS (all of them)
#
# What it finds is in tests/fuzz/artifacts, what it learned in tests/fuzz/corpus.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

EACH=${FUZZ_SECONDS:-60}
TARGETS=${FUZZ_TARGETS:-requests filters bodies client faults}
FUZZ=$ROOT/tests/fuzz
FIXTURES=$ROOT/tests/fixtures

if ! have cargo-fuzz; then
    skipped 'fuzz      the targets' 'no command cargo-fuzz'
    finish
    exit
fi
if ! bounded 30 cargo +nightly --version >/dev/null 2>&1; then
    skipped 'fuzz      the targets' 'no nightly toolchain'
    finish
    exit
fi

# The first letter of an input says what it is for; the targets tell which there are.
seed() { # TARGET NAME LETTER FILE
    { printf '%s' "$3"; cat "$4"; } >"$FUZZ/corpus/$1/$2"
}

seeds() { # TARGET: what other tests have anyway
    local line number=0 file letter name
    mkdir -p "$FUZZ/corpus/$1"
    case $1 in
    filters)
        while IFS= read -r line; do
            number=$((number + 1))
            case $line in '' | '#'*) continue ;; esac
            printf 'f%s' "$line" >"$FUZZ/corpus/filters/listed-$number"
        done < <(cat "$HERE/odata-expressions.txt" "$HERE/odata-malformed.txt")
        ;;
    bodies)
        for file in "$FIXTURES"/new-referrals/*.json; do
            for letter in a d g; do seed bodies "new-$letter-${file##*/}" "$letter" "$file"; done
        done
        for letter in b e h; do
            seed bodies "whole-$letter" "$letter" "$FIXTURES/engagements/referral.json"
        done
        ;;
    client)
        for file in "$FIXTURES"/v1/*.json; do seed client "v1-${file##*/}" c "$file"; done
        for file in "$FIXTURES"/engagements/*.json; do
            name=${file##*/}
            case $name in
            error-*) letter=e ;;
            *page* | *list* | *next-link* | *envelope*) letter=p ;;
            *) letter=r ;;
            esac
            seed client "live-$name" "$letter" "$file"
        done
        ;;
    esac
}

log=$WORK/fuzz.log
code=0
bounded 1800 cargo +nightly fuzz build --fuzz-dir "$FUZZ" >"$log" 2>&1 </dev/null || code=$?
if [ "$code" -ne 0 ]; then
    failed "fuzz      the targets do not build (exit code $code)" "$log"
    finish
    exit
fi

for target in $TARGETS; do
    what="fuzz      $target, $EACH s"
    seeds "$target"
    folders=("$FUZZ/corpus/$target")
    if [ -d "$FUZZ/seeds/$target" ]; then folders+=("$FUZZ/seeds/$target"); fi
    code=0
    # Memory that grows, and an input that takes long, are findings, too.
    bounded $((EACH + 300)) \
        cargo +nightly fuzz run --fuzz-dir "$FUZZ" "$target" "${folders[@]}" -- \
        -max_total_time="$EACH" -dict="$FUZZ/dict/$target.dict" -rss_limit_mb=1024 \
        -timeout=20 -max_len=4096 -detect_leaks=0 -print_final_stats=1 >"$log" 2>&1 </dev/null || code=$?
    if [ "$code" -ne 0 ]; then
        failed "$what (exit code $code)" "$log"
        continue
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    passed "$what: $runs inputs, $((runs / EACH)) a second, $edges edges, $memory MB"
done

finish
