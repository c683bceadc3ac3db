#!/usr/bin/env bash
# Throughput and latency of the sandbox next to Prism, WireMock and a bare axum handler
# that returns the same bytes: lists of one referral and single referrals, ids and filters
# in turn. All in one run and each in several turns, since only ratios mean something.
#
#   cargo build --release -p referrals-cli
#   cargo build --release -p referrals-sandbox --example bare
#   tests/interop/load.sh
#
#   SECONDS_EACH (5), TURNS (3), REFERRALS_COUNT (1000)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

EACH=${SECONDS_EACH:-5} TURNS=${TURNS:-3} COUNT=${REFERRALS_COUNT:-1000}
BARE=$ROOT/target/release/examples/bare
have wrk || { echo 'the command wrk is needed' >&2; exit 2; }
[ -x "$BARE" ] || { echo 'there is no target/release/examples/bare' >&2; exit 2; }

start_sandbox --referrals "$COUNT" || { cat "$WORK/sandbox.log" >&2; exit 2; }
LIST=/v1.0/engagements/referrals
ask() { curl -sS --max-time 10 -H "Authorization: Bearer $SANDBOX_TOKEN" "$SANDBOX_URL$1"; }
ask "$LIST?\$top=1&\$filter=status%20eq%20'New'" >"$WORK/one.json"
LOAD_TARGETS=$WORK/targets LOAD_TOKEN=$SANDBOX_TOKEN
export LOAD_TARGETS LOAD_TOKEN
{
    for status in New Active Closed; do
        for country in US GB DE FR JP BR IN PL; do
            printf "%s?\$top=1&\$filter=status%%20eq%%20'%s'%%20and%%20customerProfile/address/country%%20eq%%20'%s'\n" \
                "$LIST" "$status" "$country"
        done
    done
    ask "$LIST?\$top=24&\$select=id" | grep -o '"id":"[^"]*"' | cut -d'"' -f4 | sed "s|^|$LIST/|"
} >"$LOAD_TARGETS"

declare -A URLS
URLS[sandbox]=$SANDBOX_URL
start "$WORK/bare.log" "$BARE" "$WORK/one.json"
await_line "$WORK/bare.log" http "$STARTED"
URLS[bare]=$(head -n 1 "$WORK/bare.log")
if have prism; then
    start "$WORK/prism.log" prism mock -p 41801 -h 127.0.0.1 -v silent "$ROOT/openapi/engagements-v1.0.yaml"
    URLS[prism]=http://127.0.0.1:41801
fi
if have wiremock; then
    mkdir -p "$WORK/wm/mappings"
    printf '{"request":{"method":"GET","urlPathPattern":"/v1.0/.*"},"response":{"status":200,"headers":{"Content-Type":"application/json"},"body":%s}}' \
        "$(python3 -c 'import json,sys; print(json.dumps(open(sys.argv[1]).read()))' "$WORK/one.json")" >"$WORK/wm/mappings/list.json"
    start "$WORK/wiremock.log" wiremock --port 41802 --root-dir "$WORK/wm" --no-request-journal
    URLS[wiremock]=http://127.0.0.1:41802
fi
for name in "${!URLS[@]}"; do
    for ((round = 0; round < 300; round++)); do
        if curl -s --max-time 2 -o /dev/null -H "Authorization: Bearer $LOAD_TOKEN" "${URLS[$name]}$LIST?\$top=1"; then break; fi
        sleep 0.1
    done
    # Warm: the JVM compiles for a while.
    warm=2
    [ "$name" = wiremock ] && warm=20
    wrk -t1 -c16 "-d${warm}s" -s "$HERE/load.lua" "${URLS[$name]}" >/dev/null
done

: >"$WORK/results"
for ((turn = 0; turn < TURNS; turn++)); do
    for name in "${!URLS[@]}"; do
        wrk -t1 -c16 "-d${EACH}s" -s "$HERE/load.lua" "${URLS[$name]}" |
            sed -n "s/^RESULT /$name /p" >>"$WORK/results"
    done
done
python3 - "$WORK/results" <<'P'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, *numbers = line.split()
    rows.setdefault(name, []).append([float(number) for number in numbers])
middle = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in rows.items()}
print(f"{'':10} {'calls/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'failed':>7}  sandbox is")
for name, (rate, p50, p99, failed) in sorted(middle.items(), key=lambda row: -row[1][0]):
    print(f"{name:10} {rate:9.0f} {p50:8.2f} {p99:8.2f} {failed:7.0f}  {middle['sandbox'][0] / rate:.2f} times")
P
