// A problem of a form in the chosen language where the catalogue knows its code, else in the backend's words.
import type { FormProblem } from '../../bindings';
import { t } from '../../messages';

export const problemText = (problem: FormProblem): string =>
  t().templates.problems[problem.code]?.(problem.bound ?? '', problem.sentence) ?? problem.sentence;
