// Stands in for `@tauri-apps/api/event` where there is no backend.
export type EventCallback<T> = (event: Event<T>) => void;
export interface Event<T> {
  event: string;
  id: number;
  payload: T;
}
export type EventTarget = unknown;
export type UnlistenFn = () => void;

const listeners = new Map<string, Set<EventCallback<never>>>();

export function listen<T>(name: string, hear: EventCallback<T>): Promise<UnlistenFn> {
  const heard = listeners.get(name) ?? new Set();
  listeners.set(name, heard.add(hear as EventCallback<never>));
  return Promise.resolve(() => heard.delete(hear as EventCallback<never>));
}

export const once = listen;

export function emit(name: string, payload?: unknown): Promise<void> {
  for (const hear of listeners.get(name) ?? []) hear({ event: name, id: 0, payload: payload as never });
  return Promise.resolve();
}

export const emitTo = (_to: unknown, name: string, payload?: unknown): Promise<void> => emit(name, payload);
