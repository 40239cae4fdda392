import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, overrides, reset, world } from '../../mock/backend';
import { failure } from '../../mock/failures';
import { keyDid, practiceDid } from '../../mock/ledger';
import { desks } from './desks.svelte';

const commands = () => asked.map(({ command }) => command);
const given = (command: string) => asked.findLast((one) => one.command === command)?.given;
const rows = () => screen.findAllByTestId('issued-row');

beforeEach(() => (desks.tab = 'offers'));

async function openIssued() {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  await userEvent.click(await screen.findByTestId('issue-tab-issued'));
}

test('who issues stands on the form, is changed there, and goes with the offer', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  const as = await screen.findByTestId('issuing-as');
  expect(as).toHaveTextContent('Marion Mustermann');
  expect(as).toHaveTextContent('Practice');
  expect(screen.getByTestId('issue-revocable')).toHaveAttribute('aria-checked', 'true');
  await waitFor(() =>
    expect(given('preview_credential')).toMatchObject({
      credential: { issuerDid: practiceDid, revocable: true, suspendable: false },
    }),
  );
  await userEvent.click(screen.getByTestId('issue-suspendable'));
  await waitFor(() =>
    expect(given('preview_credential')).toMatchObject({ credential: { suspendable: true } }),
  );
  await userEvent.selectOptions(screen.getByTestId('issue-issuer'), keyDid);
  expect(as).not.toHaveTextContent('PracticePractice');
  expect(screen.getByTestId('issue-revocable')).toBeDisabled();
  await waitFor(() =>
    expect(given('preview_credential')).toMatchObject({
      credential: { issuerDid: keyDid, revocable: false, suspendable: false },
    }),
  );
});

test('each row and each offer says by whom it is issued', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  const queue = await screen.findAllByTestId('queue-row');
  expect(queue[0]).toHaveTextContent('as Marion Mustermann');
  await userEvent.click(queue[0]!);
  expect(await screen.findByTestId('issued-as')).toHaveTextContent('Issuing as Marion Mustermann');
  await userEvent.selectOptions(screen.getByTestId('queue-filter'), 'all');
  world.invitations[0]!.exchangeId = 'e3';
  await userEvent.click(screen.getByTestId('nav-connections'));
  await userEvent.click(await screen.findByTestId('connections-tab-invitations'));
  await userEvent.click((await screen.findAllByTestId('invitations-list-row'))[0]!);
  expect(await screen.findByTestId('issued-as')).toHaveTextContent('Issuing as Marion Mustermann');
});

test('without an identity the form says what to do', async () => {
  reset('empty');
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  expect(await screen.findByTestId('issue-no-identity')).toBeInTheDocument();
});

test('an empty form’s card is named after the type', async () => {
  overrides.set('preview_credential', () => ({
    ready: false,
    problems: [],
    card: {
      title: 'Credential',
      issuer: 'Marion',
      issuerDid: null,
      tint: 'teal',
      attributes: [],
      state: 'offered',
      practice: false,
    },
    claims: [],
    raw: 'null',
    issuer: { did: practiceDid, name: 'Marion', practice: true },
  }));
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  expect(await screen.findByTestId('credential-card')).toHaveTextContent('Permanent resident card');
  expect(screen.queryByTestId('preview-raw')).toBeNull();
});

test('several are chosen and revoked together, and the count is named before', async () => {
  await openIssued();
  await userEvent.click(await screen.findByTestId('issued-select'));
  const [first, second] = await rows();
  await userEvent.click(first!);
  await userEvent.click(second!);
  await userEvent.click(screen.getByTestId('issued-revoke'));
  expect(await screen.findByTestId('confirm')).toHaveTextContent('Revoke 2 credentials?');
  expect(commands()).not.toContain('set_status');
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() =>
    expect(given('set_status')).toMatchObject({ exchangeIds: ['e4', 'x1'], change: 'revoke', publish: true }),
  );
  await waitFor(async () => expect((await rows())[0]).toHaveTextContent('Revoked'));
  expect(screen.queryByTestId('issued-bar')).toBeNull();
  expect(screen.queryByTestId('issued-pending')).toBeNull();
});

test('what is not published yet says so and is published with one press', async () => {
  await openIssued();
  expect(await screen.findByTestId('issued-pending')).toHaveTextContent('1 change is not yet published');
  await userEvent.click((await rows())[0]!);
  await userEvent.click(await screen.findByTestId('status-suspend'));
  await userEvent.click(screen.getByTestId('publish-now'));
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(screen.getByTestId('issued-pending')).toHaveTextContent('2 changes'));
  expect(screen.getByTestId('issued-status-state')).toHaveTextContent('Suspended');
  await userEvent.click(screen.getByTestId('issued-publish'));
  await waitFor(() => expect(screen.queryByTestId('issued-pending')).toBeNull());
});

test('what waits to be published is said wherever one is, and leads there', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('state-changes'));
  expect(await screen.findByTestId('issued-pending')).toBeInTheDocument();
  await userEvent.click(screen.getByTestId('issued-publish'));
  await waitFor(() => expect(screen.queryByTestId('state-changes')).toBeNull());
});

test('a ledger that cannot be reached leaves the change waiting, with its reason', async () => {
  const problem = failure(
    'ledger-unreachable',
    'Not published',
    'The ledger did not answer.',
    'It is tried again.',
  );
  overrides.set('publish_status', () => ({
    changed: 0,
    unchanged: 0,
    pending: 1,
    sentence: '1 change waits.',
    problem,
  }));
  await openIssued();
  await userEvent.click(await screen.findByTestId('issued-publish'));
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'ledger-unreachable');
  expect(screen.getByTestId('issued-pending')).toBeInTheDocument();
});

test('all that match are chosen, also those never in sight', async () => {
  reset('many');
  await openIssued();
  await userEvent.selectOptions(await screen.findByTestId('issued-filter'), 'suspended');
  await userEvent.click(screen.getByTestId('issued-select'));
  await userEvent.click(await screen.findByTestId('issued-select-all'));
  await waitFor(() => expect(screen.getByTestId('issued-bar')).toHaveTextContent('2,000 selected'));
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByTestId('issued-bar')).toBeNull();
  expect(screen.getByTestId('issued-search')).toBeInTheDocument();
});

test('a revoked one and one without a status offer nothing to press', async () => {
  await openIssued();
  await userEvent.click((await rows())[3]!);
  expect(world.issued[3]?.state).toBe('revoked');
  // Its exchange was forgotten: the row still says where it stands.
  await waitFor(() => expect(screen.queryByTestId('status-revoke')).toBeNull());
});
