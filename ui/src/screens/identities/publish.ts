/** Publishing, as a person goes through it: where it stops on its way a job stays behind, which says why and can be
 *  tried again. Pressing the same button once more would be a second attempt beside it. */
import { backend } from '../../ipc';

/** What came of it; `undefined` where a job for this DID stayed behind. A refusal before there was a job is thrown. */
export async function publish<T>(did: string | null, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (thrown) {
    const jobs = did === null ? [] : await backend.ledgerJobs().catch(() => []);
    if (jobs.some((job) => job.did === did)) return undefined;
    throw thrown;
  }
}

/** The DID that a planned document is about. */
export function didOf(document: string): string | null {
  try {
    const { id } = JSON.parse(document) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
