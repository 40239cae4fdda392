import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from './App.svelte';
import { de } from './messages/de';
import { en } from './messages/en';
import { asked, changed, overrides, reset, world } from './mock/backend';
import { failure } from './mock/failures';
import { wallet } from './state/wallet.svelte';

const commands = () => asked.map(({ command }) => command);
const press = (key: string) => fireEvent.keyDown(window, { key, ctrlKey: true });

test('a first start makes a wallet, shows the words once, and asks for three of them', async () => {
  reset('first');
  render(App);
  await userEvent.type(await screen.findByTestId('wallet-label'), 'Ada');
  await userEvent.click(screen.getByTestId('way-passphrase'));
  expect(screen.getByTestId('create-wallet')).toBeDisabled();
  await userEvent.type(screen.getByTestId('passphrase'), 'seven quiet herons');
  await userEvent.type(screen.getByTestId('passphrase-again'), 'seven quiet herons');
  await waitFor(() => expect(screen.getByTestId('create-wallet')).toBeEnabled());
  await userEvent.click(screen.getByTestId('create-wallet'));
  const words = await screen.findByTestId('recovery-words');
  expect(within(words).getAllByRole('listitem')).toHaveLength(12);
  await userEvent.click(screen.getByTestId('recovery-written'));
  await userEvent.type(screen.getByTestId('ask-3'), 'velvet');
  await userEvent.type(screen.getByTestId('ask-7'), 'nonsense');
  await userEvent.type(screen.getByTestId('ask-11'), 'glacier');
  await userEvent.click(screen.getByTestId('recovery-confirm'));
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'wrong-recovery-words');
  await userEvent.clear(screen.getByTestId('ask-7'));
  await userEvent.type(screen.getByTestId('ask-7'), 'Stone');
  await userEvent.click(screen.getByTestId('recovery-confirm'));
  expect(await screen.findByTestId('shell')).toBeInTheDocument();
  expect(document.body).not.toHaveTextContent('velvet');
});

test('a keyring that refuses is said, and the passphrase is chosen instead', async () => {
  reset('first');
  overrides.set('create_wallet', () => {
    throw failure('keyring-unavailable', 'Keyring not available', 'It is locked.', 'Unlock it.');
  });
  render(App);
  await userEvent.type(await screen.findByTestId('wallet-label'), 'Ada');
  await userEvent.click(screen.getByTestId('create-wallet'));
  expect(await screen.findByTestId('passphrase')).toBeInTheDocument();
  expect(screen.getByTestId('keyring-hint')).toHaveTextContent('does not answer or is locked');
  expect(within(screen.getByTestId('way-passphrase')).getByRole('radio')).toBeChecked();
});

test('without a keyring the passphrase is chosen from the start', async () => {
  reset('first');
  world.app.keyringAvailable = false;
  render(App);
  expect(await screen.findByTestId('passphrase')).toBeInTheDocument();
  expect(screen.getByTestId('keyring-hint')).toHaveTextContent('No keyring was found');
});

test('a wrong passphrase is said, waited for, and the right one opens', async () => {
  reset('locked');
  render(App);
  await userEvent.type(await screen.findByTestId('unlock-passphrase'), 'wrong{Enter}');
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'wrong-passphrase');
  expect(screen.getByTestId('unlock-submit')).toBeDisabled();
  await waitFor(() => expect(screen.getByTestId('unlock-submit')).toBeEnabled(), { timeout: 2500 });
  await userEvent.clear(screen.getByTestId('unlock-passphrase'));
  await userEvent.type(screen.getByTestId('unlock-passphrase'), 'correct horse battery staple{Enter}');
  expect(await screen.findByTestId('shell')).toBeInTheDocument();
});

test('Ctrl+L locks, and nothing of the wallet stays in the window', async () => {
  render(App);
  await screen.findByTestId('credential');
  await press('l');
  expect(await screen.findByTestId('unlock')).toBeInTheDocument();
  expect(document.body).not.toHaveTextContent('Permanent resident card');
});

test('Ctrl+N adds, Ctrl+K finds, Ctrl+F searches', async () => {
  render(App);
  await screen.findByTestId('credential');
  await press('f');
  expect(screen.getByTestId('credentials-search')).toHaveFocus();
  await press('n');
  expect(await screen.findByTestId('add-sheet')).toBeInTheDocument();
  await press('k');
  expect(await screen.findByTestId('palette')).toBeInTheDocument();
  expect(screen.queryByTestId('add-sheet')).toBeNull();
});

test('the palette finds a credential and goes to it', async () => {
  render(App);
  await screen.findByTestId('credential');
  await press('k');
  await userEvent.type(await screen.findByTestId('palette-input'), 'master of science');
  await screen.findByTestId('palette-credential-v2');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.getByTestId('credential-title')).toHaveTextContent('Master of Science'));
});

test('a count stands only where something waits', async () => {
  render(App);
  await screen.findByTestId('shell');
  expect(screen.getByTestId('count-offers')).toHaveTextContent('1 thing waits for you');
  expect(screen.queryByTestId('count-credentials')).toBeNull();
});

test('what the backend says is stale is asked for again', async () => {
  render(App);
  await screen.findByTestId('credential');
  world.app.label = 'Someone else';
  changed('app');
  await waitFor(() => expect(screen.getByTestId('wallet-name')).toHaveTextContent('Someone else'));
});

test('search narrows the list and says when nothing is found', async () => {
  render(App);
  await screen.findByTestId('credential');
  await userEvent.type(screen.getByTestId('credentials-search'), 'library');
  await waitFor(() => expect(screen.getAllByTestId('credentials-list-row')).toHaveLength(1));
  await userEvent.type(screen.getByTestId('credentials-search'), ' zebra');
  expect(await screen.findByTestId('clear-search')).toBeInTheDocument();
});

test('deleting a credential asks first and moves on to the next', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('delete'));
  expect(commands()).not.toContain('delete_credential');
  await userEvent.click(screen.getByTestId('confirm-yes'));
  await waitFor(() => expect(screen.getByTestId('credential-title')).toHaveTextContent('Master of Science'));
});

test('the form names what is missing, offers nothing until it is there, then shows the invitation', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  await screen.findByTestId('issue-form');
  await userEvent.click(screen.getByTestId('offer'));
  await waitFor(() => expect(screen.getByTestId('field-givenName')).toHaveAttribute('aria-invalid', 'true'));
  expect(screen.getByTestId('field-givenName')).toHaveFocus();
  expect(commands()).not.toContain('offer_credential');
  const values = {
    givenName: 'Ada',
    familyName: 'Berg',
    birthDate: '1990-01-02',
    residentSince: '2015-01-01',
    lprNumber: '123-456-789',
  };
  for (const [name, value] of Object.entries(values)) {
    await fireEvent.input(screen.getByTestId(`field-${name}`), { target: { value } });
  }
  await waitFor(() => expect(screen.getByTestId('credential-card')).toHaveTextContent('Ada'));
  await userEvent.click(screen.getByTestId('offer'));
  expect(await screen.findByTestId('qr')).toBeInTheDocument();
  expect(screen.getByTestId('invitation-status')).toHaveTextContent('Waiting for the other wallet…');
  const given = asked.find(({ command }) => command === 'offer_credential')?.given;
  expect(given).toMatchObject({ offer: { autoIssue: world.settings.automatic.issue } });
  await userEvent.click(screen.getByTestId('show-exchange'));
  expect(await screen.findByTestId('step-connected')).toHaveAttribute('data-state', 'current');
  await userEvent.click(screen.getByTestId('show-code'));
  expect(await screen.findByTestId('qr')).toBeInTheDocument();
});

test('the form begins with what the settings say about issuing', async () => {
  for (const issue of [true, false]) {
    reset('full');
    world.settings.automatic.issue = issue;
    const { unmount } = render(App);
    await userEvent.click(await screen.findByTestId('nav-issue'));
    await userEvent.click(await screen.findByTestId('new-credential'));
    await waitFor(() => expect(screen.getByTestId('auto-issue')).toHaveAttribute('aria-checked', `${issue}`));
    unmount();
  }
});

test('a request in the queue is issued and followed', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-issue'));
  await userEvent.click((await screen.findAllByTestId('queue-row'))[0]!);
  await userEvent.click(await screen.findByTestId('issue-now'));
  await waitFor(() => expect(screen.getByTestId('step-stored')).toHaveAttribute('data-state', 'done'));
});

test('the theme and the language follow the settings', async () => {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-settings'));
  await userEvent.click(await screen.findByTestId('theme-dark'));
  await waitFor(() => expect(document.documentElement).toHaveAttribute('data-theme', 'dark'));
  await userEvent.selectOptions(screen.getByTestId('language'), 'de');
  await waitFor(() => expect(screen.getByTestId('nav-settings')).toHaveTextContent('Einstellungen'));
  expect(document.documentElement.lang).toBe('de');
  world.app.theme = 'system';
  world.app.language = 'en';
  await wallet.refresh();
});

test('both catalogues have every string', () => {
  const paths = (value: unknown, at = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`))
      : [at];
  // By its code, the program says these in English itself.
  const said = ['.failures.', '.runs.problemWords.', '.templates.problems.'];
  const known = (all: string[]) => all.filter((path) => !said.some((start) => path.startsWith(start))).sort();
  expect(known(paths(de))).toEqual(known(paths(en)));
});
