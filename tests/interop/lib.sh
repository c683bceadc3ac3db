# shellcheck shell=bash
# shellcheck disable=SC2034 # much of it is read by the scripts that source this file
# What contract.sh, sandbox.sh, client.sh and odata.sh share. Sourced, not run.
#
#   OUTSIDE_BIN    folder of the outside tools, searched before PATH (default ~/.outside/bin)
#   REFERRALS      the command under test (default target/release/referrals, else target/debug/referrals)
#   INTEROP_TALLY  set by run.sh: the file to count into, in place of a closing line

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CALLER=$PWD
PATH=${OUTSIDE_BIN:-${HOME:-}/.outside/bin}:$PATH
# Everything happens on this machine: no proxy of the environment may step in.
NO_PROXY=127.0.0.1,localhost
no_proxy=$NO_PROXY
REDOCLY_TELEMETRY=off
REDOCLY_SUPPRESS_UPDATE_NOTICE=true
export PATH NO_PROXY no_proxy REDOCLY_TELEMETRY REDOCLY_SUPPRESS_UPDATE_NOTICE
# It would take the place of --base-url's own token.
unset REFERRALS_TOKEN

# Tools leave caches and reports in the folder they run in, and read settings from
# it and its parents. They run here and are given every file by its full path.
WORK=$(mktemp -d "${TMPDIR:-/tmp}/referrals-interop.XXXXXX")
RUNNING=

# --- counting -----------------------------------------------------------------

PASSED=0
FAILED=0
SKIPPED=0

passed() { # WHAT
    PASSED=$((PASSED + 1))
    printf 'passed   %s\n' "$1"
}

failed() { # WHAT [LOG...]: the end of each log follows
    FAILED=$((FAILED + 1))
    printf 'FAILED   %s\n' "$1"
    shift
    local log
    for log in "$@"; do
        if [ -s "$log" ]; then tail -n 60 "$log" | sed 's/^/    | /'; fi
    done
}

skipped() { # WHAT REASON
    SKIPPED=$((SKIPPED + 1))
    printf 'skipped  %s: %s\n' "$1" "$2"
}

# The last call of a script: says or hands on the numbers, fails when a check did.
finish() {
    if [ -n "${INTEROP_TALLY:-}" ]; then
        printf '%d %d %d\n' "$PASSED" "$FAILED" "$SKIPPED" >"$INTEROP_TALLY"
    else
        printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
    fi
    [ "$FAILED" -eq 0 ] || exit 1
}

# --- running ------------------------------------------------------------------

have() { # TOOL
    command -v "$1" >/dev/null 2>&1
}

bounded() { # SECONDS COMMAND...
    timeout -k 5 "$@"
}

check() { # WHAT SECONDS COMMAND...: it passes when the command succeeds in time
    local what=$1 seconds=$2 code=0
    shift 2
    bounded "$seconds" "$@" >"$WORK/check.log" 2>&1 </dev/null || code=$?
    case $code in
    0) passed "$what" ;;
    124 | 137) failed "$what (not done after $seconds s)" "$WORK/check.log" ;;
    *) failed "$what (exit code $code)" "$WORK/check.log" ;;
    esac
}

# Counts what a script of checks prints.
judge() { # WHAT COMMAND...
    local what=$1 code=0 line
    shift
    bounded 120 "$@" >"$WORK/judge.out" 2>"$WORK/judge.log" </dev/null || code=$?
    while IFS= read -r line; do
        case $line in
        'passed   '*) passed "${line#passed   }" ;;
        'FAILED   '*) failed "${line#FAILED   }" ;;
        esac
    done <"$WORK/judge.out"
    if [ "$code" -ne 0 ] || [ ! -s "$WORK/judge.out" ]; then
        failed "$what (exit code $code)" "$WORK/judge.log"
    fi
}

# Starts a server. Its life is bounded too, should nobody be left to stop it.
start() { # LOG COMMAND...: sets STARTED
    local log=$1
    shift
    # What an earlier process said there is not this one's word.
    : >"$log"
    # Not through a function: the process has to be `timeout`, which hands signals on.
    timeout -k 5 300 "$@" >"$log" 2>&1 </dev/null &
    STARTED=$!
    RUNNING="$RUNNING $STARTED"
}

stop() { # PROCESS: sets STOPPED to its exit code
    STOPPED=0
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || STOPPED=$?
    local process left=
    for process in $RUNNING; do
        [ "$process" = "$1" ] || left="$left $process"
    done
    RUNNING=$left
}

await_line() { # LOG TEXT PROCESS: at most 30 s, and not beyond the end of the process
    local round
    for ((round = 0; round < 300; round++)); do
        if grep -qF -- "$2" "$1" 2>/dev/null; then return 0; fi
        kill -0 "$3" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

clean_up() {
    local process
    for process in $RUNNING; do stop "$process"; done
    rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- our command --------------------------------------------------------------

find_referrals() { # sets REFERRALS
    local candidate
    if [ -n "${REFERRALS:-}" ]; then
        case $REFERRALS in
        /*) ;;
        */*) REFERRALS=$CALLER/$REFERRALS ;;
        *) REFERRALS=$(command -v "$REFERRALS" || true) ;;
        esac
        [ -x "$REFERRALS" ]
        return
    fi
    for candidate in release debug; do
        REFERRALS=$ROOT/target/$candidate/referrals
        if [ -x "$REFERRALS" ]; then return 0; fi
    done
    return 1
}

# Starts `referrals sandbox` and reads the line that it prints once it listens.
start_sandbox() { # [OPTION...]: sets SANDBOX, SANDBOX_READY, SANDBOX_URL and SANDBOX_TOKEN
    local line=
    [ $# -gt 0 ] || set -- --referrals 20
    if ! find_referrals; then
        echo "there is no command ${REFERRALS#"$ROOT/"}: cargo build --release -p referrals-cli" >"$WORK/sandbox.log"
        return 1
    fi
    mkfifo "$WORK/sandbox.line"
    timeout -k 5 900 "$REFERRALS" sandbox "$@" >"$WORK/sandbox.line" 2>"$WORK/sandbox.log" </dev/null &
    SANDBOX=$!
    RUNNING="$RUNNING $SANDBOX"
    exec 3<"$WORK/sandbox.line"
    IFS= read -r -t 30 line <&3 || return 1
    SANDBOX_READY=$line
    [[ $line =~ \"url\":\"([^\"]+)\" ]] || return 1
    SANDBOX_URL=${BASH_REMATCH[1]}
    [[ $line =~ \"token\":\"([^\"]+)\" ]] || return 1
    SANDBOX_TOKEN=${BASH_REMATCH[1]}
}

have timeout || { echo 'the scripts need the command timeout (GNU coreutils)' >&2; exit 2; }
cd "$WORK" || exit 2
