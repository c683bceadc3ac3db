#!/usr/bin/env bash
# OData in the sandbox's dialect lenient, as others read it: two libraries choose the same
# referrals by the same filters, two parsers find the same texts malformed, three clients
# get what they ask for.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

python=${OUTSIDE_ODATA_PYTHON:-${HOME:-}/.outside/venv-odata/bin/python}
ODATA_MODULES=${OUTSIDE_ODATA_MODULES:-${HOME:-}/.outside/npm-odata}
# Functions of a time are those of its own zone in one of them.
TZ=UTC
export ODATA_MODULES TZ

if ! start_sandbox --referrals 150 --dialect lenient; then
    failed 'odata     the sandbox does not start' "$WORK/sandbox.log"
    finish
fi
TOKEN=$SANDBOX_TOKEN
export TOKEN

modules() { # MODULE...: whether node has them
    have node || return 1
    local module
    for module in "$@"; do
        [ -d "$ODATA_MODULES/node_modules/$module" ] || return 1
    done
}

packages() { # PACKAGE...: whether Python has them
    local IFS=,
    have "$python" && bounded 30 "$python" -c "import $*" 2>/dev/null
}

expressions=$HERE/odata-expressions.txt
report=$WORK/odata.json
what='odata     odata-query (Python) chooses the same referrals'
if packages odata_query requests; then
    check "$what" 120 "$python" "$HERE/odata_rows.py" "$SANDBOX_URL" "$expressions" "$report"
else
    skipped "$what" "no packages odata-query and requests for $python"
fi

what='odata     odata-v4-inmemory (npm) chooses the same referrals'
if [ ! -s "$report" ]; then
    skipped "$what" 'nobody has asked the sandbox'
elif modules odata-v4-inmemory; then
    check "$what" 60 node "$HERE/odata_rows.mjs" "$report"
else
    skipped "$what" 'no package odata-v4-inmemory'
fi

what='odata     odata-v4-parser and @odata/parser find the same malformed'
if modules odata-v4-parser @odata/parser; then
    check "$what" 60 node "$HERE/odata_syntax.mjs" "$SANDBOX_URL" "$expressions" \
        "$HERE/odata-malformed.txt"
else
    skipped "$what" 'no packages odata-v4-parser and @odata/parser'
fi

what='odata     o.js and @odata/client get what they ask for'
if modules odata @odata/client; then
    check "$what" 60 node "$HERE/odata_clients.mjs" "$SANDBOX_URL"
else
    skipped "$what" 'no packages odata and @odata/client'
fi

what='odata     python-odata gets what it asks for'
if packages odata requests; then
    check "$what" 60 "$python" "$HERE/odata_clients.py" "$SANDBOX_URL"
else
    skipped "$what" "no packages python-odata and requests for $python"
fi

finish
