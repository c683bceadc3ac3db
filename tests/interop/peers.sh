#!/usr/bin/env bash
# Clients that other people's generators make of our contract talk to the sandbox.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A Python with what generated clients import, and a node_modules folder with
# openapi-fetch and typescript.
PYTHON=${OUTSIDE_PEERS:-${HOME:-}/.outside/venv-peers/bin/python}
MODULES=${OUTSIDE_FETCH:-${HOME:-}/.outside/npm-gen/node_modules}
CONTRACT=$ROOT/openapi/engagements-v1.0.yaml
NEW=$ROOT/tests/fixtures/new-referrals/private.json

if ! start_sandbox --referrals 200; then
    failed 'peers     the sandbox does not start' "$WORK/sandbox.log"
    finish
fi

python='peers     openapi-generator and openapi-python-client'
if ! have openapi-generator-cli || ! have openapi-python-client; then
    skipped "$python" 'no command openapi-generator-cli or openapi-python-client'
elif ! bounded 30 "$PYTHON" -c 'import attr, dateutil, httpx, pydantic, urllib3' 2>/dev/null; then
    skipped "$python" 'no Python with what the generated clients import'
else
    check 'peers     openapi-generator makes a client' 120 openapi-generator-cli generate \
        -i "$CONTRACT" -g python -o "$WORK/ogp" --package-name ogp --schema-mappings JsonNull=object
    check 'peers     openapi-python-client makes a client' 120 openapi-python-client generate \
        --path "$CONTRACT" --meta none --output-path "$WORK/opc"
    judge "$python" "$PYTHON" "$HERE/peers.py" "$WORK" "$SANDBOX_READY" "$NEW"
fi

script='peers     openapi-typescript and openapi-fetch'
if have openapi-typescript && have tsc && have node && [ -d "$MODULES/openapi-fetch" ]; then
    check 'peers     openapi-typescript makes types' 120 openapi-typescript "$CONTRACT" -o "$WORK/api.d.ts"
    ln -s "$MODULES" "$WORK/node_modules"
    cp "$HERE/peers.ts" "$WORK/peers.ts"
    echo '{"type":"module"}' >"$WORK/package.json"
    check 'peers     openapi-fetch, the types' 120 tsc --strict --skipLibCheck --target es2022 \
        --module esnext --moduleResolution bundler --types node "$WORK/peers.ts"
    judge "$script" node "$WORK/peers.js" "$SANDBOX_READY" "$NEW"
else
    skipped "$script" 'no command openapi-typescript or tsc, or no node_modules with openapi-fetch'
fi

finish
