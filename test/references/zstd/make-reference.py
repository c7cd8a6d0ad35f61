"""Frames of Zstandard by libzstd (python -m pip install zstandard), and XXH64 (xxhash), for content-encoding.test.ts."""

import base64
import json

import xxhash
import zstandard

bar = [[220 if row == 3 else 10] * 5 for row in range(6)]
body = json.dumps({"images": [bar] * 40}).encode()
frames = {
    "checksum": zstandard.ZstdCompressor(level=19, write_checksum=True).compress(body),
}
stream = zstandard.ZstdCompressor(level=3, write_content_size=False, write_checksum=True).compressobj()
frames["stream"] = stream.compress(body) + stream.flush()
print(json.dumps({
    "bytes": len(body),
    **{name: base64.b64encode(frame).decode() for name, frame in frames.items()},
    "xxh64": {text: xxhash.xxh64(text.encode()).hexdigest() for text in ["", "a", "abcd", "abcdefgh" * 3, "0123456789" * 10]},
}, indent=2))
