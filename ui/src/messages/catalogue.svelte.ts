// Every string of the window, by language. English is the catalogue's shape; another language that leaves
// one out does not compile.
import type { Failure } from '../bindings';
import { de } from './de';
import { en } from './en';

export type Catalogue = typeof en;

const catalogues: Record<string, Catalogue> = { en, de };

/** The languages that can be chosen, each by its own name. */
export const languages = [
  { tag: 'en', name: 'English' },
  { tag: 'de', name: 'Deutsch' },
];

let tag = $state('en');

/** The catalogue of the chosen language. */
export const t = (): Catalogue => catalogues[tag] ?? en;

/** The chosen language's tag, for dates and numbers. */
export const language = (): string => tag;

/** Choose by BCP 47 tag; `null` takes the first of the system's languages that there is. */
export function useLanguage(wanted: string | null): void {
  const candidates = wanted === null ? navigator.languages : [wanted];
  const found = candidates.map((one) => one.split('-')[0] ?? '').find((one) => one in catalogues);
  tag = found ?? 'en';
  document.documentElement.lang = tag;
}

/** A failure's sentences in the chosen language where the catalogue knows its code, else the backend's own. */
export function failureText(failure: Failure): Pick<Failure, 'title' | 'what' | 'lost' | 'next'> {
  const known: Partial<Record<string, Partial<Pick<Failure, 'title' | 'what' | 'lost' | 'next'>>>> =
    t().failures;
  return { ...failure, ...known[failure.code] };
}
