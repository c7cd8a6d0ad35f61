/** CRC-32C (Castagnoli polynomial, reflected 0x82f63b78), as TFRecord has it. */

const table = new Uint32Array(256).map((_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The masked form, in which a checksum of data with checksums in it stays sound: rotated right by 15 bits, plus a constant. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** True if bytes begin as a TFRecord file does: a length of eight bytes and its checksum. */
export function beginsTfrecord(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.readUInt32LE(8) === maskedCrc32c(bytes.subarray(0, 8));
}
