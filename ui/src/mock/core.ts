// Stands in for `@tauri-apps/api/core` where there is no backend: every command is answered by the mock.
import { answer } from './backend';

export async function invoke(command: string, given: Record<string, unknown> = {}): Promise<unknown> {
  // What crosses to the window is a copy, as over the real bridge.
  return structuredClone(await answer(command, structuredClone(given)));
}
