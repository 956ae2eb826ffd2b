/** What a picture says of itself in its first bytes, read before anything decodes it. */

/** The formats Electron's `nativeImage` decodes; Twitch's pictures of people are in one of them. */
type PictureFormat = 'png' | 'jpeg';
interface PictureFacts {
  format: PictureFormat;
  /** In pixels. */
  width: number;
  height: number;
}

const PNG_HEAD = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

/** Format and size; null for anything that doesn't begin as a PNG or a JPEG does. */
export function readPictureFacts(bytes: Uint8Array): PictureFacts | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readPng(data) ?? readJpeg(data);
}

function readPng(data: Buffer): PictureFacts | null {
  const hasHead = data.length >= 33 && data.subarray(0, PNG_HEAD.length).equals(PNG_HEAD);
  if (!hasHead || data.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { format: 'png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** Segments lie one after the other; the first start of a frame (SOF) has the size (ITU T.81, B.2.2). */
function readJpeg(data: Buffer): PictureFacts | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= data.length; ) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    if (isFrame(marker))
      return { format: 'jpeg', height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    if (marker < 0xc0 || marker === 0xd9 || marker === 0xda) return null; // no frame before the data
    at += 2 + data.readUInt16BE(at + 2);
  }
  return null;
}

/** Not the tables between them: Huffman (C4), arithmetic coding (CC), and the one that is reserved (C8). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
