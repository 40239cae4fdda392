import type { Catalogue } from '../catalogue.svelte';
import { count } from './count';

export const networks: Catalogue['networks'] = {
  title: 'Netze',
  hint: 'Wo Identitäten nachgeschlagen und angelegt werden.',
  resolver: 'Resolver',
  registrar: 'Registrar',
  registrarOptional: 'Registrar (freiwillig)',
  registrarHint: 'Schreibt auf den Ledger und zahlt die Gebühren. Schlüssel verlassen diese Wallet nie.',
  noRegistrar: 'Keiner',
  practice: 'Auf diesem Computer üben',
  practiceName: 'Übungs-Ledger',
  edit: 'Adressen ändern',
  usual: 'Die üblichen nehmen',
  check: 'Prüfen',
  checked: (when) => `Geprüft um ${when}`,
  milliseconds: (number) => `${new Intl.NumberFormat('de').format(number)} ms`,
  identities: (number) =>
    number === 0 ? 'Keine Ihrer Identitäten' : count(number, 'Ihrer Identitäten', 'Ihrer Identitäten'),
};
