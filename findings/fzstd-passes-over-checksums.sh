#!/usr/bin/env bash
# fzstd 0.1.1 decompresses a Zstandard frame whose content checksum is wrong, and says nothing: neither decompress() nor
# the stream Decompress looks at it, and its README does not say so. The reference decoder refuses the frame ("Restored
# data doesn't match checksum"; the zstd program is asked too where it is installed). RFC 8878, section 3.1.1: the
# checksum is the lower half of XXH64 of the content. Who wants damage noticed checks it behind fzstd.
# Source: dist of fzstd 0.1.1, which reads the flag only to skip four bytes. Exit status 1: this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "dependencies": {"fzstd": "0.1.1"}}' > package.json
npm install --no-audit --no-fund --silent --ignore-scripts > install.log 2>&1
node -e '
  const { Decompress, decompress } = require("fzstd");
  const { writeFileSync } = require("node:fs");
  // A frame of one raw block, "hello": single segment, checksum; XXH64("hello") is 26c7827d889f6da3.
  const frame = (checksum) =>
    Buffer.from(["28b52ffd", "24", "05", "290000", "68656c6c6f", checksum].join(""), "hex");
  const streamed = (bytes) => {
    let text = "";
    const stream = new Decompress((chunk) => { text += Buffer.from(chunk); });
    stream.push(bytes, true);
    return text;
  };
  let silent = 0;
  for (const [name, checksum] of [["right", "a36d9f88"], ["wrong", "00000000"]]) {
    writeFileSync(`${name}.zst`, frame(checksum));
    for (const [how, read] of [["decompress", (b) => String(Buffer.from(decompress(b)))], ["Decompress", streamed]]) {
      let said;
      try { said = read(frame(checksum)); } catch (error) { said = error.message; }
      if (name === "wrong" && said === "hello") silent++;
      console.log(`fzstd ${require("./node_modules/fzstd/package.json").version}, ${how}, checksum ${name}: ${said}`);
    }
  }
  process.exitCode = silent === 2 ? 0 : 1;
'
if command -v zstd > zstd.log; then
  echo "zstd, checksum right: $(zstd -dc right.zst)"
  if zstd -dc wrong.zst > wrong.txt 2> wrong.log; then
    echo 'zstd took the wrong checksum: this has changed'
    exit 1
  fi
  echo "zstd, checksum wrong: $(tail -n 1 wrong.log)"
fi
