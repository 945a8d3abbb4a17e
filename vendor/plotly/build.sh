#!/bin/sh
# Builds assets/vendor/plotly.min.js and bundle.json. Needs Node and the npm registry; running the cockpit needs neither.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/vendor/plotly"
cp "$here/package.json" "$here/build.mjs" "$work/vendor/plotly/"
cd "$work/vendor/plotly"
npm install --no-audit --no-fund --ignore-scripts --no-package-lock --loglevel=error
node build.mjs
cp "$work/assets/vendor/"* "$here/../../assets/vendor/"
cp bundle.json "$here/"
