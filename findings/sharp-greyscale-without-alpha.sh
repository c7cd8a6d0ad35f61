#!/usr/bin/env bash
# sharp 0.35.5 documents greyscale() as leaving an alpha channel unchanged. In raw output it is gone: RGBA comes out with
# one channel a pixel, while `info.hasAlpha` is true. (As PNG, the alpha channel is there.) So transparency has to be
# read before the picture is made grey.
# Source: dist/colour.cjs ("An alpha channel may be present, and will be unchanged by the operation."), src/pipeline.cc
# ("Extract first band for greyscale image"). Input: two pixels, one opaque, one transparent. Exit status 1: this has
# changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "dependencies": {"sharp": "0.35.5"}}' > package.json
npm install --no-audit --no-fund --silent > install.log 2>&1
node -e '
  const sharp = require("sharp");
  const raw = { width: 2, height: 1, channels: 4 };
  const picture = () => sharp(Buffer.from([200, 200, 200, 255, 200, 200, 200, 0]), { raw }).greyscale();
  (async () => {
    console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
    const { data, info } = await picture().raw().toBuffer({ resolveWithObject: true });
    console.log(`raw: channels ${info.channels}, hasAlpha ${info.hasAlpha}, bytes ${[...data].join(" ")}`);
    const { channels, hasAlpha } = await sharp(await picture().png().toBuffer()).metadata();
    console.log(`PNG: channels ${channels}, hasAlpha ${hasAlpha}`);
    process.exitCode = info.channels === 1 && info.hasAlpha && hasAlpha ? 0 : 1;
  })();
'
