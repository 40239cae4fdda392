import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, changed, overrides, pace, reset, world } from '../../mock/backend';
import type { NewIdentity } from '../../bindings';
import { failure } from '../../mock/failures';
import { identityRow } from '../../mock/ledger';

const commands = () => asked.map(({ command }) => command);
const given = (command: string) => asked.findLast((one) => one.command === command)?.given;

async function open(index?: number) {
  render(App);
  await screen.findByTestId('shell');
  await fireEvent.keyDown(window, { key: '5', ctrlKey: true });
  if (index === undefined) return;
  await userEvent.click((await screen.findAllByTestId('identities-list-row'))[index]!);
}

test('an empty list says what an identity is and makes the first one on the practice ledger', async () => {
  reset('empty');
  pace.step = 5;
  await open();
  await userEvent.click(await screen.findByTestId('empty-identity'));
  const sheet = await screen.findByTestId('identity-sheet');
  expect(await within(sheet).findByRole('radio', { name: /Practice ledger/ })).toBeChecked();
  expect(within(sheet).getByRole('radio', { name: /cheqd main network/ })).toBeDisabled();
  await userEvent.clear(screen.getByTestId('identity-name'));
  await userEvent.type(screen.getByTestId('identity-name'), 'Desk one');
  await waitFor(() => expect(screen.getByTestId('identity-next')).toBeEnabled());
  await userEvent.click(screen.getByTestId('identity-next'));
  expect(await screen.findByTestId('plan-permanent')).toHaveTextContent('permanent');
  expect(screen.getByTestId('plan-cost')).toHaveTextContent('costs nothing');
  expect(commands()).not.toContain('create_identity');
  await userEvent.click(screen.getByTestId('identity-create'));
  await waitFor(() => expect(screen.getByTestId('identity-title')).toHaveTextContent('Desk one'));
  expect(screen.queryByTestId('identity-sheet')).toBeNull();
  expect(screen.getByTestId('identity-state')).toHaveTextContent('In use');
});

test('exactly the document that was shown is asked for', async () => {
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await userEvent.click(
    within(await screen.findByTestId('network-testnet')).getByRole('radio', { hidden: true }),
  );
  await userEvent.click(await screen.findByTestId('add-service'));
  await userEvent.type(screen.getByTestId('service-kind'), 'LinkedDomains');
  await userEvent.type(screen.getByTestId('service-endpoints'), 'https://a.example{Enter}https://b.example');
  await userEvent.click(screen.getByTestId('identity-next'));
  expect(given('plan_identity')).toMatchObject({
    identity: { network: 'testnet', services: [{ endpoints: ['https://a.example', 'https://b.example'] }] },
  });
  expect(await screen.findByTestId('plan-registrar')).toHaveTextContent('did-registrar.cheqd.net');
  const shown = screen.getByTestId('plan-document').textContent;
  await userEvent.click(screen.getByTestId('identity-create'));
  await waitFor(() => expect(screen.queryByTestId('identity-sheet')).toBeNull());
  expect(given('create_identity')).toMatchObject({
    identity: { planned: shown, network: 'testnet', usual: false },
  });
});

test('on its way to the ledger each step is shown, and closing does not stop it', async () => {
  pace.step = 40;
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await waitFor(() => expect(screen.getByTestId('identity-next')).toBeEnabled());
  await userEvent.click(screen.getByTestId('identity-next'));
  await userEvent.click(await screen.findByTestId('identity-create'));
  expect(await screen.findByTestId('ledger-step-prepared')).toHaveAttribute('data-state', 'current');
  await userEvent.click(screen.getByTestId('identity-close'));
  expect(screen.queryByTestId('identity-sheet')).toBeNull();
  await waitFor(() => expect(document.body).toHaveTextContent('“Marion Mustermann” can issue now'));
});

test('what got stuck says why, and is tried again', async () => {
  await open(2);
  expect(await screen.findByTestId('ledger-problem')).toHaveAttribute('data-code', 'registrar-unreachable');
  expect(screen.getByTestId('count-identities')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId('ledger-retry'));
  await waitFor(() => expect(screen.getByTestId('identity-title')).toHaveTextContent('Open day'));
  await waitFor(() => expect(screen.queryByTestId('count-identities')).toBeNull());
});

test('what got stuck is dismissed after asking, and leaves the list', async () => {
  await open(2);
  await userEvent.click(await screen.findByTestId('ledger-dismiss'));
  expect(commands()).not.toContain('dismiss_ledger_job');
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(screen.getAllByTestId('identities-list-row')).toHaveLength(4));
  expect(await screen.findByTestId('identity-title')).toHaveTextContent('Marion Mustermann');
});

test('a refusal of the registrar is shown and loses nothing that was filled in', async () => {
  overrides.set('create_identity', () => {
    throw failure('registrar-funds', 'No funds', 'The registrar has no funds.', 'Use another registrar.');
  });
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await userEvent.clear(await screen.findByTestId('identity-name'));
  await userEvent.type(screen.getByTestId('identity-name'), 'Desk two');
  await waitFor(() => expect(screen.getByTestId('identity-next')).toBeEnabled());
  await userEvent.click(screen.getByTestId('identity-next'));
  await userEvent.click(await screen.findByTestId('identity-create'));
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'registrar-funds');
  await userEvent.click(screen.getByTestId('identity-back'));
  expect(screen.getByTestId('identity-name')).toHaveValue('Desk two');
});

test('where it stops on its way, the job that stays behind is shown instead of a second attempt', async () => {
  overrides.set('create_identity', ({ identity }: { identity: NewIdentity }) => {
    const did = (JSON.parse(identity.planned ?? '{}') as { id: string }).id;
    const stuck = { ...world.jobs[0]!, id: 'j77', did, name: identity.name };
    world.jobs.unshift(stuck);
    world.identities.unshift({
      row: identityRow(did, identity.name, { state: 'stuck', sentence: 'Stuck', job: stuck }),
      services: [],
      keys: 1,
    });
    changed('identities');
    throw stuck.problem;
  });
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await userEvent.clear(await screen.findByTestId('identity-name'));
  await userEvent.type(screen.getByTestId('identity-name'), 'Desk three');
  await userEvent.click(screen.getByTestId('identity-next'));
  await userEvent.click(await screen.findByTestId('identity-create'));
  await waitFor(() => expect(screen.queryByTestId('identity-sheet')).toBeNull());
  expect(await screen.findByTestId('identity-on-its-way')).toHaveTextContent('Desk three');
  expect(screen.getByTestId('ledger-retry')).toBeInTheDocument();
});

test('an identity without a ledger is made at once, and without a name none is', async () => {
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await userEvent.click(
    within(await screen.findByTestId('network-none')).getByRole('radio', { hidden: true }),
  );
  await userEvent.clear(screen.getByTestId('identity-name'));
  await userEvent.click(screen.getByTestId('identity-next'));
  expect(screen.getByTestId('identity-name')).toHaveAttribute('aria-invalid', 'true');
  await userEvent.type(screen.getByTestId('identity-name'), 'Plain key');
  await userEvent.click(screen.getByTestId('identity-next'));
  await waitFor(() => expect(screen.getByTestId('identity-title')).toHaveTextContent('Plain key'));
  expect(given('create_identity')).toMatchObject({ identity: { network: null, planned: null } });
});

test('what stands in the way of publishing is said before, and nothing can be pressed', async () => {
  overrides.set('plan_identity', () => ({
    ready: false,
    problem: failure('registrar-unknown', 'No registrar', 'There is none.', 'Name one.'),
    network: 'cheqd test network',
    practice: false,
    registrar: null,
    published: 'Nothing.',
    permanent: 'It would be.',
    cost: 'Nothing.',
    document: '{}',
  }));
  await open();
  await userEvent.click(await screen.findByTestId('new-identity'));
  await waitFor(() => expect(screen.getByTestId('identity-next')).toBeEnabled());
  await userEvent.click(screen.getByTestId('identity-next'));
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'registrar-unknown');
  expect(screen.getByTestId('identity-create')).toBeDisabled();
});

test('deactivating has to be typed', async () => {
  await open(1);
  await userEvent.click(await screen.findByTestId('deactivate'));
  expect(screen.getByTestId('confirm-yes')).toBeDisabled();
  await userEvent.type(screen.getByTestId('confirm-typed'), 'Front desk');
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(screen.getByTestId('identity-state')).toHaveTextContent('Deactivated'));
  expect(screen.queryByTestId('deactivate')).toBeNull();
});

test('services are changed together, after what will be published was seen', async () => {
  await open(1);
  await userEvent.click(await screen.findByTestId('edit-services'));
  expect(screen.getByTestId('services-next')).toBeDisabled();
  await userEvent.click(screen.getByTestId('remove-service'));
  await userEvent.click(screen.getByTestId('services-next'));
  expect(await screen.findByTestId('plan')).toBeInTheDocument();
  expect(commands()).not.toContain('save_services');
  await userEvent.click(screen.getByTestId('services-save'));
  await waitFor(() => expect(screen.queryByTestId('services-sheet')).toBeNull());
  expect(screen.queryByTestId('services')).toBeNull();
});

test('a new key is published and shown', async () => {
  await open(1);
  expect(await screen.findByTestId('keys')).toHaveTextContent('key-1');
  await userEvent.click(screen.getByTestId('rotate-key'));
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(screen.getByTestId('keys')).toHaveTextContent('key-2'));
});

test('what the ledger said when it was asked stays in sight', async () => {
  await open(1);
  await userEvent.click(await screen.findByTestId('check-identity'));
  await waitFor(() => expect(screen.getByTestId('facts')).toHaveTextContent('Seen on the ledger'));
  changed('identities');
  await new Promise((done) => setTimeout(done, 30));
  expect(screen.getByTestId('facts')).toHaveTextContent('Seen on the ledger');
});

test('another identity is put to use for issuing', async () => {
  await open(1);
  await userEvent.click(await screen.findByTestId('use-identity'));
  await waitFor(() => expect(screen.getByTestId('identity-state')).toHaveTextContent('In use'));
});

test('a first identity that could not be made says why and is tried again', async () => {
  reset('unpractised');
  render(App);
  expect(await screen.findByTestId('first-identity-failed')).toHaveTextContent('port 9080');
  await userEvent.click(screen.getByTestId('first-identity-again'));
  await waitFor(() => expect(screen.queryByTestId('first-identity-failed')).toBeNull());
  world.app.firstIdentity = { state: 'making' };
  changed('app');
  expect(await screen.findByTestId('first-identity-making')).toBeInTheDocument();
});
