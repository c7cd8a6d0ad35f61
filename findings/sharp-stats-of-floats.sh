#!/usr/bin/env bash
# sharp 0.35.5 documents stats() as giving the `min` and `max` of each channel. They are held as 32-bit integers: those
# of a picture whose samples run from 0.25 to 0.75 are 0 and 0, while the mean beside them is 0.5, and an unsigned
# sample of 4294967295 is -2147483648. So the range of floating point or 32-bit TIFF cannot be told by them.
# Source: src/stats.h (struct ChannelStats: int min, max), dist/input.cjs (docstring of stats). Input: two TIFF 6.0 files
# of 2 x 1 samples, written below. Exit status 1: this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "dependencies": {"sharp": "0.35.5"}}' > package.json
npm install --no-audit --no-fund --silent > install.log 2>&1
node -e '
  const sharp = require("sharp");
  // TIFF 6.0, little-endian: header, one directory, one strip of 2 x 1 samples of 32 bits. format: 1 unsigned, 3 IEEE.
  function tiff(format, samples) {
    const fields = [[256, 2], [257, 1], [258, 32], [259, 1], [262, 1], [273, 146], [277, 1], [278, 1], [279, 8], [284, 1], [339, format]];
    const file = Buffer.alloc(146);
    file.write("II*\0", 0, "latin1");
    file.writeUInt32LE(8, 4);
    file.writeUInt16LE(fields.length, 8);
    for (const [i, [tag, value]] of fields.entries()) {
      file.writeUInt16LE(tag, 10 + 12 * i);
      file.writeUInt16LE(4, 12 + 12 * i);
      file.writeUInt32LE(1, 14 + 12 * i);
      file.writeUInt32LE(value, 18 + 12 * i);
    }
    return Buffer.concat([file, Buffer.from(samples.buffer)]);
  }
  async function channel(samples, format) {
    const { channels: [{ min, max, mean }] } = await sharp(tiff(format, samples)).stats();
    console.log(`samples ${[...samples].join(" and ")}: min ${min}, max ${max}, mean ${mean}`);
    return [min, max, mean];
  }
  (async () => {
    console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
    const [low, high, mean] = await channel(Float32Array.of(0.25, 0.75), 3);
    const [, most] = await channel(Uint32Array.of(7, 4294967295), 1);
    process.exitCode = low === 0 && high === 0 && mean === 0.5 && most < 0 ? 0 : 1;
  })();
'
