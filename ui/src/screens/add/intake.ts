/** What a paste, a drop or a file brings in, made ready for `look_at` and `look_at_image`. Nothing is decided
 *  here: the backend says what it is. */

/** The backend takes images up to 12 MiB; texts up to 1 MiB. */
export const MAX_IMAGE = 12 * 1024 * 1024;
export const MAX_TEXT = 1024 * 1024;

export type Intake =
  { kind: 'text'; text: string } | { kind: 'image'; image: string } | { kind: 'too-large' } | null;

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}

const isText = (file: File) => file.type.startsWith('text/') || /[+/]json$/.test(file.type);

async function fromFile(file: File): Promise<Intake> {
  if (isText(file)) {
    if (file.size > MAX_TEXT) return { kind: 'too-large' };
    return { kind: 'text', text: await file.text() };
  }
  // An image, or a file whose name says nothing: the backend looks at the bytes.
  if (file.size > MAX_IMAGE) return { kind: 'too-large' };
  return { kind: 'image', image: base64(new Uint8Array(await file.arrayBuffer())) };
}

/** The first thing in a transfer that can be looked at; an image goes before its own file name. */
export async function takeIn(transfer: DataTransfer | null): Promise<Intake> {
  if (!transfer) return null;
  const file = transfer.files[0];
  if (file) return fromFile(file);
  const text = transfer.getData('text/uri-list') || transfer.getData('text/plain');
  return text.trim() === '' ? null : { kind: 'text', text };
}
