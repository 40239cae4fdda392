import { count } from './count';

export const common = {
  back: 'Back',
  cancel: 'Cancel',
  clear: 'Clear',
  close: 'Close',
  copied: 'Copied',
  copy: 'Copy',
  copyCode: 'Copy the error code',
  copyDid: 'Copy the DID',
  detail: 'Details of the selection',
  details: 'Details',
  done: 'Done',
  keep: 'Keep it',
  notices: 'Notices',
  late: 'This takes longer than usual. Nothing is lost; it goes on by itself.',
  loading: 'Loading',
  next: 'Continue',
  no: 'No',
  none: 'None',
  picture: 'Picture',
  retry: 'Try again',
  save: 'Save',
  typeToConfirm: (text: string) => `Type “${text}” to go on`,
  yes: 'Yes',
};

export const nav = {
  label: 'Main',
  credentials: 'Credentials',
  offers: 'Offers',
  issue: 'Issue',
  connections: 'Connections',
  identities: 'Identities',
  activity: 'Activity',
  settings: 'Settings',
  add: 'Add',
  find: 'Find',
  lock: 'Lock',
  waiting: (number: number) => count(number, 'thing waits for you', 'things wait for you'),
};

export const state = {
  unsent: (number: number) => count(number, 'message to deliver', 'messages to deliver'),
  changes: (number: number) => count(number, 'change to publish', 'changes to publish'),
  api: 'Admin API is on',
};

export const palette = {
  title: 'Find or do',
  placeholder: 'Type what you want to do or find',
  nothing: 'Nothing found.',
  add: 'Add an invitation or a credential',
  issue: 'Issue a credential',
  invite: 'Invite someone',
  identity: 'Make an identity',
  networks: 'Networks',
  issued: 'Issued credentials: revoke, suspend, restore',
};
