#!/usr/bin/env bash
# Outside tools judge the contracts: every openapi/*.yaml.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

judge() { # NAME TOOL CONTRACT ARGUMENT...
    local what="contract  $1, ${3#"$ROOT/"}" tool=$2
    shift 3
    if have "$tool"; then
        check "$what" 120 "$tool" "$@"
    else
        skipped "$what" "no command $tool"
    fi
}

for contract in "$ROOT"/openapi/*.yaml; do
    judge Spectral spectral "$contract" \
        lint "$contract" --ruleset "$HERE/spectral.yaml" --fail-severity=warn
    judge 'Redocly, recommended-strict' redocly "$contract" \
        lint --extends=recommended-strict "$contract"
    judge openapi-spec-validator openapi-spec-validator "$contract" "$contract"
    judge openapi-schema-validator validate-api "$contract" "$contract"
    # It follows references without end where a schema refers to itself.
    if grep -q '^    InnerError:' "$contract"; then
        skipped "contract  openapi-examples-validator, ${contract#"$ROOT/"}" \
            'it cannot read a recursive schema (InnerError)'
    else
        judge openapi-examples-validator openapi-examples-validator "$contract" "$contract"
    fi
    if have java; then
        judge openapi-generator openapi-generator-cli "$contract" validate -i "$contract"
    else
        skipped "contract  openapi-generator, ${contract#"$ROOT/"}" 'no command java'
    fi
done

finish
