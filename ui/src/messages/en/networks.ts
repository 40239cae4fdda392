import { count } from './count';

export const networks = {
  title: 'Networks',
  hint: 'Where identities are looked up and made.',
  resolver: 'Resolver',
  registrar: 'Registrar',
  registrarOptional: 'Registrar (optional)',
  registrarHint: 'Writes to the ledger and pays the fees. Keys never leave this wallet.',
  noRegistrar: 'None',
  practice: 'Practise on this computer',
  practiceName: 'Practice ledger',
  edit: 'Change addresses',
  usual: 'Use the usual ones',
  check: 'Check',
  checked: (when: string) => `Checked at ${when}`,
  milliseconds: (number: number) => `${new Intl.NumberFormat('en').format(number)} ms`,
  identities: (number: number) =>
    number === 0 ? 'No identity of yours' : count(number, 'identity of yours', 'identities of yours'),
};
