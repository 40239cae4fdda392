// A file goes to the backend a part at a time: the page never holds the whole of it.
import type { TableView } from '../../bindings';
import { backend } from '../../ipc';

const PART = 256 * 1024;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

export async function upload(file: File): Promise<TableView | null> {
  let view: TableView | null = null;
  let at = 0;
  do {
    const bytes = new Uint8Array(await file.slice(at, at + PART).arrayBuffer());
    const first = at === 0;
    at += PART;
    view = await backend.readTablePart(file.name, first, base64(bytes), at >= file.size);
  } while (at < file.size);
  return view;
}
