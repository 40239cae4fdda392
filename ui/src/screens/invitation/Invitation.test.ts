import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { OfferTo } from '../../bindings';
import { backend } from '../../ipc';
import { asked } from '../../mock/backend';
import Invitation from './Invitation.svelte';

async function offered(to: OfferTo): Promise<string> {
  const [type] = await backend.issueTypes();
  const credential = {
    typeId: type!.id,
    values: type!.fields.map(({ name, example }) => ({ name, value: example })),
    document: null,
    proofType: 'Ed25519Signature2020',
    issuerDid: null,
    validUntil: null,
    revocable: false,
    suspendable: false,
  };
  const made = await backend.offerCredential({ credential, to, comment: null, autoIssue: true });
  return made.invitation!.oobId;
}

const choice = async () => (await screen.findByTestId('code-choice')).dataset['shown'];
const drawing = () => screen.getByTestId('qr').getAttribute('src');
const pageOf = () => asked.filter(({ command }) => command === 'save_invitation_page').at(-1)?.given;

test('a code that holds the whole invitation can be changed for the short link, and back', async () => {
  render(Invitation, { id: await offered({ kind: 'invitation', alias: 'Ada' }) });
  expect(await choice()).toBe('whole');
  const whole = drawing();
  await fireEvent.click(screen.getByRole('radio', { name: 'Short link' }));
  expect(await choice()).toBe('short');
  expect(drawing()).not.toBe(whole);
  // What it needs is said with the address.
  expect(screen.getByTestId('code-choice')).toHaveTextContent('192.168.1.20:8030');
  await fireEvent.click(screen.getByTestId('save-page'));
  await waitFor(() => expect(pageOf()).toMatchObject({ byShortLink: true }));
  await fireEvent.click(screen.getByRole('radio', { name: 'Whole invitation' }));
  expect(drawing()).toBe(whole);
});

test('an invitation that is too dense for a phone is shown as its short link', async () => {
  render(Invitation, { id: await offered({ kind: 'inside', alias: null }) });
  expect(await choice()).toBe('short');
  await fireEvent.click(screen.getByRole('radio', { name: 'Whole invitation' }));
  expect(screen.getByTestId('code-choice')).toHaveTextContent('dense');
});
