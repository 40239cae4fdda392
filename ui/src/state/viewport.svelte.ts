// How much room there is. The same limits stand in the stylesheets, where media queries take no variables.
import { MediaQuery } from 'svelte/reactivity';

/** Under 980 px the list gives way to the detail. */
export const narrow = new MediaQuery('max-width: 61.24rem');
