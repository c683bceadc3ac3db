#!/usr/bin/env bash
# Everything that outside tools can say about contract, sandbox and client.
# The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTEROP_TALLY=$(mktemp "${TMPDIR:-/tmp}/referrals-interop-tally.XXXXXX")
export INTEROP_TALLY
trap 'rm -f "$INTEROP_TALLY"' EXIT

passed=0 failed=0 skipped=0
for part in contract sandbox identity client odata peers; do
    : >"$INTEROP_TALLY"
    bash "$here/$part.sh" || true
    if read -r p f s <"$INTEROP_TALLY"; then
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    else
        echo "FAILED   $part.sh did not reach its end"
        failed=$((failed + 1))
    fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
