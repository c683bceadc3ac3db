#!/usr/bin/env bash
# Microsoft's own libraries sign in to the sandbox over TLS, then our command does.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Where the libraries are: a virtual environment with msal and azure-identity, and a
# node_modules folder with @azure/identity and @azure/msal-node.
PYTHON=${OUTSIDE_PYTHON:-${HOME:-}/.outside/venv-auth/bin/python}
MODULES=${OUTSIDE_MODULES:-${HOME:-}/.outside/npm-auth/node_modules}

if ! start_sandbox --referrals 20 --tls --ca-file "$WORK/ca.pem" --approve-devices; then
    failed 'identity  the sandbox does not start' "$WORK/sandbox.log"
    finish
fi
REQUESTS_CA_BUNDLE=$WORK/ca.pem
NODE_EXTRA_CA_CERTS=$WORK/ca.pem
export REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS

if [ -x "$PYTHON" ] && bounded 30 "$PYTHON" -c 'import msal, azure.identity' 2>/dev/null; then
    judge 'identity  msal and azure-identity for Python' "$PYTHON" "$HERE/identity.py" "$SANDBOX_READY"
else
    skipped 'identity  msal and azure-identity for Python' 'no Python that has them'
fi
if have node && [ -d "$MODULES/@azure/identity" ]; then
    judge 'identity  @azure/identity and @azure/msal-node' node "$HERE/identity.mjs" "$MODULES" "$SANDBOX_READY"
else
    skipped 'identity  @azure/identity and @azure/msal-node' 'no node_modules that has them'
fi

# What they proved is what our own command signs in to.
XDG_CONFIG_HOME=$WORK/config
XDG_STATE_HOME=$WORK/state
export XDG_CONFIG_HOME XDG_STATE_HOME
member() { # NAME: of the line that the sandbox printed
    [[ $SANDBOX_READY =~ \"$1\":\"([^\"]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}"
}
printf '%s\n' "$(member clientSecret)" >"$WORK/secret"
chmod 600 "$WORK/secret"
login() { # ARGUMENT...
    "$REFERRALS" login --authority "$(member authority)" --tenant "$(member tenant)" \
        --base-url "$SANDBOX_URL" --ca-file "$WORK/ca.pem" "$@"
}
with_device() {
    login --profile device --client-id "$(member clientId)" --device-code &&
        "$REFERRALS" list --profile device --limit 3 -o jsonl
}
with_secret() {
    login --profile app --client-id "$(member confidentialClientId)" --app-only \
        --client-secret-file "$WORK/secret" &&
        "$REFERRALS" list --profile app --api v1 -o jsonl
}
app_only_is_refused() {
    local code=0
    "$REFERRALS" list --profile app || code=$?
    [ "$code" -eq 2 ]
}
ours() { # WHAT FUNCTION
    if "$2" >"$WORK/check.log" 2>&1 </dev/null; then passed "$1"; else failed "$1" "$WORK/check.log"; fi
}
ours 'identity  our command, device code' with_device
ours 'identity  our command, client secret' with_secret
ours 'identity  our command, App-only refused for the live API' app_only_is_refused

finish
