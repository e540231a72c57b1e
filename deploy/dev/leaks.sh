#!/usr/bin/env bash
# Fails when a tracked file holds a secret, a path of one machine, or the address of a package index.
# The patterns are written with brackets so that this file does not match itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

patterns=(
    '(^|[^[:alnum:]._~/-])/[w]ork/'
    '(^|[^[:alnum:]._~/-])/[r]oot/'
    '(^|[^[:alnum:]._~/-])/[t]mp/plan'
    '/[o]pt/(wheels|pypi)'
    '(^|[^[:alnum:]])/home/[[:alnum:]]'
    '(test[.])?[p]ypi[.]org'
    'python[h]osted[.]org'
    '[d]eb[.]debian[.]org'
    '[r]egistry[.]npmjs'
    '[p]roxy[.]golang'
)
found=0
for pattern in "${patterns[@]}"; do
    if git grep -nIE "$pattern" -- .; then
        found=1
    fi
done
if [ "$found" = 1 ]; then
    echo "armslength: the lines above name a path of one machine or a package index; write neither." >&2
    exit 1
fi
# Locks and public market data are full of digests and identifiers that look random; the three words are placeholders.
git ls-files -z -- . ':!:*.lock' ':!:*.csv' |
    xargs -0 .venv/bin/python -m detect_secrets.pre_commit_hook --no-verify --exclude-secrets '^(SECRET|password|secret)$' \
        --disable-plugin KeywordDetector --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString || {
    echo "armslength: what looks like a secret stands above; a false alarm gets a '# pragma: allowlist secret'." >&2
    exit 1
}
