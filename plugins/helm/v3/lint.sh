#!/bin/sh
# helm aiplat-lint CHART [flags of `aiplat-lint check`]
# Charts are rendered by the helm that runs this (HELM_BIN).
set -eu

if ! command -v aiplat-lint >/dev/null 2>&1; then
  echo "helm aiplat-lint: there is no aiplat-lint on the path; \`cargo install --path .\` in the folder of its source puts it there" >&2
  exit 2
fi

# Helm keeps --namespace to itself and tells of it here, as `default` where nobody named one.
if [ "${HELM_NAMESPACE:-default}" != default ]; then
  set -- --namespace "$HELM_NAMESPACE" "$@"
fi

exec aiplat-lint check "$@"
