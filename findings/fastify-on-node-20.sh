#!/usr/bin/env bash
# fastify 5.12.8 names no range of Node versions, and its documentation lists Node 20 as supported; yet a strict
# installation (engine-strict) of it alone is refused on Node 20. It depends on light-my-request ^6.0.0, a helper for
# tests that 6.8.1 resolves to; that depends on cookie ^2.0.0, whose every version asks for Node 22. The code runs on
# Node 20 all the same, so a plain installation works and only warns (EBADENGINE).
# Source: package.json of fastify 5.12.8, light-my-request 6.8.1 and cookie 2.0.2. Exit status 1: this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "dependencies": {"fastify": "5.12.8"}, "overrides": {"light-my-request": "6.8.1", "cookie": "2.0.2"}}' > package.json
npm install --no-audit --no-fund --silent --ignore-scripts > install.log 2>&1
node -e '
  const read = (name) => require(`./node_modules/${name}/package.json`);
  for (const name of ["fastify", "light-my-request", "cookie"]) {
    const { version, engines } = read(name);
    console.log(`${name} ${version}: engines ${JSON.stringify(engines)}`);
  }
  const app = require("fastify")();
  app.get("/", async () => "ok");
  app.inject("/").then(({ statusCode, body }) => console.log(`node ${process.version}: answers ${statusCode} ${body}`));
  process.exitCode = read("fastify").engines === undefined && read("cookie").engines.node === ">=22" ? 0 : 1;
'
if node -e 'process.exit(process.versions.node.split(".")[0] < 22 ? 0 : 1)'; then
  rm -rf node_modules package-lock.json
  if npm install --engine-strict --no-audit --no-fund --ignore-scripts > strict.log 2>&1; then
    echo 'a strict installation succeeded: this has changed'
    exit 1
  fi
  grep -m 1 EBADENGINE strict.log
fi
