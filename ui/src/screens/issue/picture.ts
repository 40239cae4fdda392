// A person's image made small enough to travel inside a credential: at most 512 pixels on a side and 44 KiB. Drawing it
// anew leaves behind where and with what it was taken.

const SIDE = 512;
const BYTES = 44 * 1024;

export async function shrink(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement('canvas');
  let scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  for (let attempt = 0; attempt < 8; attempt += 1) {
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext('2d');
    if (!pen) break;
    // JPEG knows nothing transparent: on white, as on paper.
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.9, 0.8, 0.65]) {
      const address = canvas.toDataURL('image/jpeg', quality);
      if (address.startsWith('data:image/jpeg') && (address.length * 3) / 4 < BYTES) return address;
    }
    scale *= 0.75;
  }
  throw new Error('no image');
}
