// The one door to the backend. The generated bindings answer with a status; here an answer is the value
// and a refusal is thrown as the backend's own `Failure`, so that a caller reads one way only.
import { commands, events, type Changed, type CopyKind, type Failure, type ShowPlace } from './bindings';

type Answered<R> = R extends { status: 'ok'; data: infer T } ? T : R extends { status: 'error' } ? never : R;
type Backend = {
  [K in keyof typeof commands]: (
    ...given: Parameters<(typeof commands)[K]>
  ) => Promise<Answered<Awaited<ReturnType<(typeof commands)[K]>>>>;
};

function unwrap(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return answer;
  if (answer.status === 'error' && 'error' in answer) throw answer.error;
  return answer.status === 'ok' && 'data' in answer ? answer.data : answer;
}

export const backend = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [
    name,
    async (...given: unknown[]) => unwrap(await (command as (...given: unknown[]) => unknown)(...given)),
  ]),
) as Backend;

/** What was thrown, as a failure that can be shown: anything but the backend's own is a fault of the window. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'what' in thrown) {
    return thrown as Failure;
  }
  return {
    code: 'window-fault',
    title: 'Something went wrong in the window',
    what: 'The window could not finish this.',
    lost: 'Nothing was lost.',
    next: 'Try again; if it stays, restart Vouchsafe.',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    retryAfter: null,
  };
}

/** Hear which lists are stale. Answers with the way to stop. */
export function onChanged(hear: (changed: Changed) => void): () => void {
  return until(events.changed.listen((event) => hear(event.payload)));
}

/** Hear where the person wants to go who chose it outside: in the tray, in a notification. Answers with the way to
 *  stop. */
export function onShowPlace(hear: (there: ShowPlace) => void): () => void {
  return until(events.showPlace.listen((event) => hear(event.payload)));
}

function until(listening: Promise<() => void>): () => void {
  let stopped = false;
  let stop: (() => void) | undefined;
  void listening.then((unlisten) => {
    if (stopped) unlisten();
    else stop = unlisten;
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

/** Put text on the clipboard, by the backend: the web view needs no permission for it. What is secret is taken
 *  from it again. */
export async function copyText(text: string, what: CopyKind = 'public'): Promise<void> {
  await backend.copyText(text, what);
}
