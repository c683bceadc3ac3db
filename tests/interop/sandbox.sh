#!/usr/bin/env bash
# Schemathesis judges the sandbox by the contracts: every check, three seeds. Redocly
# lives through a referral's life.
#
#   SCHEMATHESIS_V1 (100), SCHEMATHESIS_ENGAGEMENTS (30): examples of each operation
#   SCHEMATHESIS_SECONDS (240): the limit of one run, for those who want more examples
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SEEDS='1 2 3'
V1_EXAMPLES=${SCHEMATHESIS_V1:-100}
ENGAGEMENTS_EXAMPLES=${SCHEMATHESIS_ENGAGEMENTS:-30}
LIMIT=${SCHEMATHESIS_SECONDS:-240}

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

if ! start_sandbox --referrals 200; then
    failed 'sandbox   the sandbox does not start' "$WORK/sandbox.log"
    finish
fi

judge() { # NAME SEED CONFIGURATION CONTRACT ARGUMENT...
    local what="sandbox   Schemathesis, seed $2, $1" seed=$2 configuration=$3 contract=$4
    shift 4
    if [ -z "$schemathesis" ]; then
        skipped "$what" 'no command schemathesis or st'
        return
    fi
    # A folder of its own: what one run finds is kept there and would steer the next.
    mkdir "$WORK/$configuration-$seed"
    cd "$WORK/$configuration-$seed"
    check "$what" "$LIMIT" \
        "$schemathesis" --no-color --config-file "$HERE/$configuration.toml" \
        run "$ROOT/openapi/$contract.yaml" \
        --url "$SANDBOX_URL" --header "Authorization: Bearer $SANDBOX_TOKEN" \
        --checks all --seed "$seed" "$@"
    cd "$WORK"
}

# Before others change what the sandbox has.
if have redocly; then
    life=$HERE/life.arazzo.yaml
    check 'sandbox   Redocly, lint of the life of a referral' 60 redocly lint "$life"
    check 'sandbox   Redocly, the life of a referral' 60 \
        redocly respect "$life" -S "api=$SANDBOX_URL" -i "token=$SANDBOX_TOKEN"
else
    skipped 'sandbox   Redocly, the life of a referral' 'no command redocly'
fi

for seed in $SEEDS; do
    judge /v1/referrals "$seed" schemathesis referrals-v1 \
        --include-path /v1/referrals --max-examples "$V1_EXAMPLES"
    # All phases: examples, boundaries, made-up requests, walks along links.
    judge /v1.0/engagements/referrals "$seed" schemathesis-engagements engagements-v1.0 \
        --max-examples "$ENGAGEMENTS_EXAMPLES"
done

finish
