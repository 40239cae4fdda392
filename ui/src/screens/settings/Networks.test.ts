import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import App from '../../App.svelte';
import { asked, world } from '../../mock/backend';

async function open() {
  render(App);
  await userEvent.click(await screen.findByTestId('nav-settings'));
  await screen.findByTestId('setting-testnet');
}

test('a check says for resolver and registrar whether each answers', async () => {
  await open();
  await userEvent.click(screen.getByTestId('testnet-check'));
  expect(await screen.findByTestId('testnet-resolver-checked')).toHaveAttribute('data-ok', 'true');
  expect(screen.getByTestId('testnet-registrar-checked')).toHaveAttribute('data-ok', 'false');
  expect(screen.getByTestId('testnet-registrar-checked')).toHaveTextContent('10,000 ms');
});

test('a registrar of one’s own makes a network one to make identities on', async () => {
  await open();
  expect(screen.getByTestId('setting-mainnet')).toHaveTextContent('None');
  await userEvent.click(screen.getByTestId('mainnet-edit'));
  await userEvent.type(screen.getByTestId('mainnet-registrar'), 'https://registrar.example/1.0/');
  await userEvent.click(screen.getByTestId('mainnet-save'));
  await waitFor(() =>
    expect(screen.getByTestId('setting-mainnet')).toHaveTextContent('https://registrar.example/1.0/'),
  );
  expect(screen.getByTestId('mainnet-usual')).toBeInTheDocument();
});

test('an address that is none is refused and stays to be corrected', async () => {
  await open();
  await userEvent.click(screen.getByTestId('testnet-edit'));
  await userEvent.clear(screen.getByTestId('testnet-resolver'));
  await userEvent.type(screen.getByTestId('testnet-resolver'), 'resolver');
  await userEvent.click(screen.getByTestId('testnet-save'));
  expect(await screen.findByTestId('problem')).toHaveAttribute('data-code', 'network-address');
  expect(screen.getByTestId('testnet-resolver')).toHaveValue('resolver');
});

test('practice is marked and switched off; its addresses cannot be changed', async () => {
  await open();
  expect(screen.getByTestId('setting-practice')).toHaveTextContent('Practice');
  expect(screen.queryByTestId('practice-edit')).toBeNull();
  await userEvent.click(screen.getByTestId('practice-switch'));
  await waitFor(() => expect(screen.getByTestId('practice-switch')).toHaveAttribute('aria-checked', 'false'));
  expect(world.networks[0]?.on).toBe(false);
  await waitFor(() =>
    expect(asked.findLast(({ command }) => command.includes('network'))?.command).toBe('networks'),
  );
});
