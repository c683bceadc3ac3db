#!/usr/bin/env bash
# Prism and Steady judge what our command sends, Prism also what the sandbox answers.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CONTRACT=$ROOT/openapi/referrals-v1.yaml

list() { # NAME URL ARGUMENT...: sets CODE, writes NAME.json and NAME.err
    local name=$1 url=$2
    shift 2
    CODE=0
    REFERRALS_TOKEN=$TOKEN bounded 30 "$REFERRALS" list --base-url "$url" -o json "$@" \
        >"$WORK/$name.json" 2>"$WORK/$name.err" </dev/null || CODE=$?
}

# Reads JSON with Node, which Prism and Steady need anyway.
same_json() { # ONE OTHER: the same, and not empty
    node -e '
        const { readFileSync } = require("fs");
        const [one, other] = process.argv.slice(1).map(f => JSON.parse(readFileSync(f, "utf8")));
        if (!require("util").isDeepStrictEqual(one, other)) throw "the two answers differ";
        if (!Array.isArray(one) || one.length === 0) throw "there is no referral in the answer";
    ' "$@"
}

free_port() {
    node -e '
        const server = require("net").createServer();
        server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });
    '
}

# Each parameter alone, all together, none. The values are of one referral that the
# sandbox has, so that each answer has at least that one.
for_each_request() { # FUNCTION, called with a name and the arguments
    "$1" 'no parameter'
    "$1" --engagement-id --engagement-id "$ENGAGEMENT"
    "$1" --self --self
    "$1" --status --status "$STATUS"
    "$1" --invited-by-organization --invited-by-organization "$INVITED_BY"
    "$1" 'all parameters' --engagement-id "$ENGAGEMENT" --self --status "$STATUS" \
        --invited-by-organization "$INVITED_BY"
}

# --- Prism: between our command and the sandbox ---------------------------------

through_prism() { # NAME ARGUMENT...
    local what="client    Prism, $1"
    shift
    list direct "$SANDBOX_URL" "$@"
    if [ "$CODE" -ne 0 ]; then
        failed "$what (exit code $CODE without the proxy)" "$WORK/direct.err"
        return
    fi
    list proxied "$PRISM_URL" "$@"
    if [ "$CODE" -ne 0 ]; then
        failed "$what (exit code $CODE)" "$WORK/proxied.err" "$WORK/prism.log"
    elif ! same_json "$WORK/direct.json" "$WORK/proxied.json" 2>"$WORK/same.err"; then
        failed "$what (not as without the proxy)" "$WORK/same.err"
    else
        passed "$what"
    fi
}

start_prism() { # UPSTREAM: sets PRISM and PRISM_URL
    local ready='Prism is listening on '
    start "$WORK/prism.log" prism proxy "$CONTRACT" "$1" --host 127.0.0.1 --port 0 --errors
    PRISM=$STARTED
    if ! await_line "$WORK/prism.log" "$ready" "$PRISM"; then
        failed 'client    Prism does not start' "$WORK/prism.log"
        return 1
    fi
    PRISM_URL=$(sed -n "s/.*$ready\(http:[0-9.:/]*\).*/\1/p" "$WORK/prism.log")
}

with_prism() {
    start_prism "$SANDBOX_URL" || return 0
    for_each_request through_prism

    # The sandbox refuses the token. Prism lets the refusal through and says in its
    # log whether it is as in the contract.
    TOKEN=not-the-token list token "$PRISM_URL"
    if [ "$CODE" -eq 3 ] && grep -q 401 "$WORK/token.err"; then
        passed 'client    Prism, a wrong token'
    else
        failed "client    Prism, a wrong token (exit code $CODE)" "$WORK/token.err" "$WORK/prism.log"
    fi

    # 422 is Prism's own: the sandbox would say 400.
    list wrong "$PRISM_URL" --status NoSuchStatus
    if [ "$CODE" -eq 1 ] && grep -q 422 "$WORK/wrong.err"; then
        passed 'client    Prism, a wrong status is refused'
    else
        failed "client    Prism, a wrong status is refused (exit code $CODE)" "$WORK/wrong.err" "$WORK/prism.log"
    fi

    # That refusal is the last thing in the log.
    if await_line "$WORK/prism.log" UNPROCESSABLE_ENTITY "$PRISM" && ! grep -q Violation "$WORK/prism.log"; then
        passed 'client    Prism, no violation in its log'
    else
        failed 'client    Prism, no violation in its log' "$WORK/prism.log"
    fi
    stop "$PRISM"
    wrong_answer
}

# Whether it would have told: Prism is silent about a schema that it cannot
# compile, and then lets every answer through.
wrong_answer() {
    local what='client    Prism, a wrong answer is refused' wrong
    start "$WORK/wrong.log" node -e '
        const [record] = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        record.customerProfile.name = 7;
        const server = require("http").createServer((_, answer) => {
            answer.setHeader("Content-Type", "application/json");
            answer.end(JSON.stringify({ totalCount: 1, items: [record] }));
        });
        server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
    ' "$WORK/own.json"
    wrong=$STARTED
    if ! await_line "$WORK/wrong.log" http "$wrong"; then
        failed "$what (nobody to give it)" "$WORK/wrong.log"
        return
    fi
    start_prism "$(cat "$WORK/wrong.log")" || return 0
    list wrong "$PRISM_URL"
    # 500 is what Prism makes of it.
    if [ "$CODE" -eq 6 ] && grep -q 500 "$WORK/wrong.err"; then
        passed "$what"
    elif [ "$CODE" -eq 0 ]; then
        failed "$what (it is let through: see README.md, Prism)" "$WORK/wrong.err" "$WORK/prism.log"
    else
        failed "$what (exit code $CODE)" "$WORK/wrong.err" "$WORK/prism.log"
    fi
    stop "$PRISM"
    stop "$wrong"
}

# --- Steady: in place of the sandbox --------------------------------------------

start_steady() { # sets STEADY and STEADY_URL
    local attempt port
    # It does not say which port it took, so it is given a free one, which another may take first.
    for attempt in 1 2 3; do
        port=$(free_port)
        # Ambiguous: a query parameter that the contract does not have.
        start "$WORK/steady.log" steady -p "$port" --host 127.0.0.1 \
            --fail-on-warnings --fail-on-ambiguous --log-format ci "$CONTRACT"
        STEADY=$STARTED
        STEADY_URL=http://127.0.0.1:$port
        if await_line "$WORK/steady.log" "Server listening at $STEADY_URL" "$STEADY"; then return 0; fi
        stop "$STEADY"
    done
    failed "client    Steady does not start ($attempt attempts)" "$WORK/steady.log"
    return 1
}

to_steady() { # NAME ARGUMENT...
    local what="client    Steady, $1"
    shift
    SENT=$((SENT + 1))
    list mocked "$STEADY_URL" "$@"
    if [ "$CODE" -eq 0 ]; then
        passed "$what"
    else
        failed "$what (exit code $CODE)" "$WORK/mocked.err"
    fi
}

with_steady() {
    start_steady || return 0
    SENT=0
    for_each_request to_steady
    stop "$STEADY"
    if [ "$STOPPED" -eq 0 ] && grep -q "$SENT requests, 0 failed" "$WORK/steady.log"; then
        passed "client    Steady, no fault in $SENT requests"
    else
        failed "client    Steady, no fault in $SENT requests (exit code $STOPPED)" "$WORK/steady.log"
    fi

    # Whether it would have told: the same with a wrong request.
    start_steady || return 0
    list wrong "$STEADY_URL" --status NoSuchStatus
    stop "$STEADY"
    if [ "$CODE" -eq 1 ] && [ "$STOPPED" -eq 1 ] && grep -q '1 requests, 1 failed' "$WORK/steady.log"; then
        passed 'client    Steady, a wrong status is refused'
    else
        failed "client    Steady, a wrong status is refused (exit codes $CODE and $STOPPED)" \
            "$WORK/wrong.err" "$WORK/steady.log"
    fi
}

# --------------------------------------------------------------------------------

missing() { # TOOL
    local tool
    for tool in node "$1"; do
        have "$tool" || { echo "no command $tool"; return; }
    done
}
no_prism=$(missing prism)
no_steady=$(missing steady)
[ -z "$no_prism" ] || skipped 'client    Prism' "$no_prism"
[ -z "$no_steady" ] || skipped 'client    Steady' "$no_steady"
if [ -n "$no_prism" ] && [ -n "$no_steady" ]; then
    finish
    exit
fi

if ! start_sandbox; then
    failed 'client    the sandbox does not start' "$WORK/sandbox.log"
    finish
fi
TOKEN=$SANDBOX_TOKEN
list own "$SANDBOX_URL" --self
if ! values=$(node -e '
    const own = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const values = own.map(r => [r.engagementId, r.status, r.inviteContext?.invitedByOrganizationId]);
    console.log(values.find(v => v.every(Boolean)).join("\n"));
' "$WORK/own.json" 2>"$WORK/values.err"); then
    failed 'client    the sandbox has no referral that all parameters can name' "$WORK/own.err" "$WORK/values.err"
    finish
fi
{ read -r ENGAGEMENT; read -r STATUS; read -r INVITED_BY; } <<<"$values"

[ -n "$no_prism" ] || with_prism
[ -n "$no_steady" ] || with_steady

finish
