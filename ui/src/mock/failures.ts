import type { Failure } from '../bindings';

export function failure(
  code: string,
  title: string,
  what: string,
  next: string,
  more: Partial<Failure> = {},
): Failure {
  return { code, title, what, lost: 'Nothing was lost.', next, detail: null, retryAfter: null, ...more };
}
