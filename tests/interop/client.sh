#!/usr/bin/env bash
# Prism and Steady judge what our command sends, Prism also what the sandbox answers.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

referrals() { # NAME URL COMMAND ARGUMENT...: sets CODE, writes NAME.json and NAME.err
    local name=$1 url=$2 command=$3
    shift 3
    CODE=0
    REFERRALS_TOKEN=$TOKEN bounded 30 "$REFERRALS" "$command" --base-url "$url" --retries 0 "$@" \
        >"$WORK/$name.json" 2>"$WORK/$name.err" </dev/null || CODE=$?
}

list() { # NAME URL ARGUMENT...
    local name=$1 url=$2
    shift 2
    referrals "$name" "$url" list --api "$API" -o json "$@"
}

# Reads JSON with Node, which Prism and Steady need anyway.
same_json() { # ONE OTHER: the same, and not empty
    node -e '
        const { readFileSync } = require("fs");
        const [one, other] = process.argv.slice(1).map(f => JSON.parse(readFileSync(f, "utf8")));
        if (!require("util").isDeepStrictEqual(one, other)) throw "the two answers differ";
        if (one.length === 0) throw "there is no referral in the answer";
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
for_each_request() { # FUNCTION, called with a name, the command and its arguments
    "$1" 'no parameter' list
    "$1" --engagement-id list --engagement-id "$ENGAGEMENT"
    "$1" --status list --status "$STATUS"
    if [ "$API" = v1 ]; then
        "$1" --self list --self
        "$1" --invited-by-organization list --invited-by-organization "$INVITED_BY"
        "$1" 'all parameters' list --engagement-id "$ENGAGEMENT" --self --status "$STATUS" \
            --invited-by-organization "$INVITED_BY"
        return
    fi
    "$1" --direction list --direction outgoing
    "$1" --country list --country "$COUNTRY"
    "$1" --updated-since list --updated-since 2020-01-01
    "$1" --order-by list --order-by 'updatedDateTime desc'
    "$1" --select list --select id,status,customerProfile
    "$1" --top list --top 7 --limit 20
    "$1" 'all parameters' list --engagement-id "$ENGAGEMENT" --status "$STATUS" \
        --country "$COUNTRY" --direction "$DIRECTION" --order-by createdDateTime --select id --top 3
    "$1" get get "$ID"
}

# Writes change what the sandbox has, so what comes out differs from run to run.
# VERSION is what else an update is given where nobody has an eTag to read.
VERSION=()
for_each_write() { # FUNCTION, called with a name, the command and its arguments
    [ "$API" = engagements ] || return 0
    "$1" create create -f "$WORK/new.json"
    "$1" 'update with its eTag' update "$ID" --set /details/notes=Proxied --add '/team/-={"email":"ada@contoso.example.com"}' "${VERSION[@]}"
    "$1" 'update without' update "$ID" --set /details/dealValue=10000 --force
}

# --- Prism: between our command and the sandbox ---------------------------------

called() { # NAME URL COMMAND ARGUMENT...
    case $3 in
    list) list "$1" "$2" "${@:4}" ;;
    *) referrals "$1" "$2" "$3" -o json "${@:4}" ;;
    esac
}

write_through_prism() { # NAME COMMAND ARGUMENT...
    local what="client    $API, Prism, $1"
    shift
    called proxied "$PRISM_URL" "$@"
    if [ "$CODE" -eq 0 ]; then
        passed "$what"
    else
        failed "$what (exit code $CODE)" "$WORK/proxied.err" "$WORK/prism.log"
    fi
}

through_prism() { # NAME COMMAND ARGUMENT...
    local what="client    $API, Prism, $1"
    shift
    called direct "$SANDBOX_URL" "$@"
    if [ "$CODE" -ne 0 ]; then
        failed "$what (exit code $CODE without the proxy)" "$WORK/direct.err"
        return
    fi
    called proxied "$PRISM_URL" "$@"
    if [ "$CODE" -ne 0 ]; then
        failed "$what (exit code $CODE)" "$WORK/proxied.err" "$WORK/prism.log"
    elif ! same_json "$WORK/direct.json" "$WORK/proxied.json" 2>"$WORK/same.err"; then
        failed "$what (not as without the proxy)" "$WORK/same.err"
    else
        passed "$what"
    fi
}

# A value that the contract does not have.
wrong_request() { # URL
    if [ "$API" = v1 ]; then
        list wrong "$1" --status NoSuchStatus
    else
        referrals wrong "$1" api GET '/v1.0/engagements/referrals?$top=many'
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
    for_each_write write_through_prism

    # The sandbox refuses the token. Prism lets the refusal through and says in its
    # log whether it is as in the contract.
    TOKEN=not-the-token list token "$PRISM_URL"
    if [ "$CODE" -eq 3 ] && grep -q 401 "$WORK/token.err"; then
        passed "client    $API, Prism, a wrong token"
    else
        failed "client    $API, Prism, a wrong token (exit code $CODE)" "$WORK/token.err" "$WORK/prism.log"
    fi

    # 422 is Prism's own: the sandbox would say 400.
    wrong_request "$PRISM_URL"
    if [ "$CODE" -eq 1 ] && grep -q 422 "$WORK/wrong.err"; then
        passed "client    $API, Prism, a wrong value is refused"
    else
        failed "client    $API, Prism, a wrong value is refused (exit code $CODE)" "$WORK/wrong.err" "$WORK/prism.log"
    fi

    # That refusal is the last thing in the log.
    if await_line "$WORK/prism.log" UNPROCESSABLE_ENTITY "$PRISM" && ! grep -q Violation "$WORK/prism.log"; then
        passed "client    $API, Prism, no violation in its log"
    else
        failed "client    $API, Prism, no violation in its log" "$WORK/prism.log"
    fi
    stop "$PRISM"
    wrong_answer
}

# Whether it would have told: Prism is silent about a schema that it cannot
# compile, and then lets every answer through.
wrong_answer() {
    local what="client    $API, Prism, a wrong answer is refused" wrong
    start "$WORK/wrong.log" node -e '
        const [file, records] = process.argv.slice(1);
        const [record] = JSON.parse(require("fs").readFileSync(file, "utf8"));
        record.customerProfile.name = 7;
        const server = require("http").createServer((_, answer) => {
            answer.setHeader("Content-Type", "application/json");
            answer.end(JSON.stringify({ [records]: [record] }));
        });
        server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
    ' "$WORK/own.json" "$RECORDS"
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

to_steady() { # NAME COMMAND ARGUMENT...
    local what="client    $API, Steady, $1"
    shift
    SENT=$((SENT + 1))
    called mocked "$STEADY_URL" "$@"
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
    VERSION=(--if-match '"1"')
    for_each_write to_steady
    VERSION=()
    stop "$STEADY"
    if [ "$STOPPED" -eq 0 ] && grep -q "$SENT requests, 0 failed" "$WORK/steady.log"; then
        passed "client    $API, Steady, no fault in $SENT requests"
    else
        failed "client    $API, Steady, no fault in $SENT requests (exit code $STOPPED)" "$WORK/steady.log"
    fi

    # Whether it would have told: the same with a wrong request.
    start_steady || return 0
    wrong_request "$STEADY_URL"
    stop "$STEADY"
    if [ "$CODE" -eq 1 ] && [ "$STOPPED" -eq 1 ] && grep -q '1 requests, 1 failed' "$WORK/steady.log"; then
        passed "client    $API, Steady, a wrong value is refused"
    else
        failed "client    $API, Steady, a wrong value is refused (exit codes $CODE and $STOPPED)" \
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
cat >"$WORK/new.json" <<'JSON'
{"type":"Independent","name":"Data centre","customerProfile":{"name":"Contoso Ltd.","address":{"country":"US"}},
"consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":25000.50,"currency":"USD"}}
JSON

# One referral that all parameters can name.
choose() { # FUNCTION of a referral r, in JavaScript; ARGUMENT... of the list
    local wanted=$1
    shift
    list own "$SANDBOX_URL" "$@"
    node -e '
        const own = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        const values = own.map(new Function("r", "return " + process.argv[2]));
        console.log(values.find(v => v.every(Boolean)).join("\n"));
    ' "$WORK/own.json" "$wanted" 2>"$WORK/values.err"
}

for API in v1 engagements; do
    case $API in
    v1)
        CONTRACT=$ROOT/openapi/referrals-v1.yaml RECORDS=items ID='' COUNTRY=''
        values=$(choose '[r.engagementId, r.status, r.inviteContext?.invitedByOrganizationId]' --self) || values=
        { read -r ENGAGEMENT; read -r STATUS; read -r INVITED_BY; } <<<"$values" || true
        ;;
    engagements)
        CONTRACT=$ROOT/openapi/engagements-v1.0.yaml RECORDS=value
        values=$(choose '[r.engagementId, r.status, r.customerProfile?.address?.country, r.direction?.toLowerCase(), r.id]' \
            --status Active) || values=
        { read -r ENGAGEMENT; read -r STATUS; read -r COUNTRY; read -r DIRECTION; read -r ID; } <<<"$values" || true
        ;;
    esac
    if [ -z "$values" ]; then
        failed "client    $API, the sandbox has no referral that all parameters can name" "$WORK/own.err" "$WORK/values.err"
        continue
    fi
    [ -n "$no_prism" ] || with_prism
    [ -n "$no_steady" ] || with_steady
done

finish
