export { t, language, languages, useLanguage, failureText } from './catalogue.svelte';
export type { Catalogue } from './catalogue.svelte';
