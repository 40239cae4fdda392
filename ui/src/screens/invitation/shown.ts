// What stands in the code of an invitation: the whole of it, which any wallet reads without asking anybody, or a short
// link, which any camera reads.
import type { InvitationView } from '../../bindings';

export type Shown = 'whole' | 'short';

/** As the person chose, where there is a choice; else the whole, unless it is too dense and there is a link. */
export function shownOf(view: InvitationView, chosen: Shown | undefined): Shown {
  if (!view.short) return 'whole';
  return chosen ?? (view.qrEasy ? 'whole' : 'short');
}

/** The link in the code, with its drawing. */
export function codeOf(
  view: InvitationView,
  shown: Shown,
): { url: string; qrSvg: string; qrModules: number } {
  return shown === 'short' && view.short ? view.short : view;
}
