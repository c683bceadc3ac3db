#!/usr/bin/env bash
# Schemathesis judges the sandbox by the contract: every check, three seeds.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SEEDS='1 2 3'

# `st` is also the name of a terminal, so it is asked what it is.
schemathesis=
for tool in schemathesis st; do
    have "$tool" || continue
    case $(bounded 30 "$tool" --help 2>/dev/null </dev/null || true) in
    *schemathesis*)
        schemathesis=$tool
        break
        ;;
    esac
done

if [ -z "$schemathesis" ]; then
    for seed in $SEEDS; do
        skipped "sandbox   Schemathesis, seed $seed" 'no command schemathesis or st'
    done
    finish
    exit
fi

if ! start_sandbox; then
    failed 'sandbox   the sandbox does not start' "$WORK/sandbox.log"
    finish
fi

for seed in $SEEDS; do
    # A folder of its own: what one run finds is kept there and would steer the next.
    mkdir "$WORK/seed-$seed"
    cd "$WORK/seed-$seed"
    check "sandbox   Schemathesis, seed $seed, /v1/referrals" 180 \
        "$schemathesis" --no-color --config-file "$HERE/schemathesis.toml" \
        run "$ROOT/openapi/referrals-v1.yaml" --include-path /v1/referrals \
        --url "$SANDBOX_URL" --header "Authorization: Bearer $SANDBOX_TOKEN" \
        --checks all --max-examples 100 --seed "$seed"
done

finish
