import { expect, test } from 'vitest';
import { hides, looksSensitive } from './sensitive';

test('numbers of documents, dates of birth and addresses look sensitive; names and degrees do not', () => {
  for (const [path, label] of [
    ['credentialSubject.lprNumber', 'Card number'],
    ['credentialSubject.birthDate', 'Birth date'],
    ['credentialSubject.geburtsdatum', 'Geburtsdatum'],
    ['credentialSubject.homeAddress', ''],
    ['credentialSubject.passport_no', ''],
    ['credentialSubject.email', 'E-mail'],
  ] as const) {
    expect(looksSensitive(path, label), path).toBe(true);
  }
  for (const [path, label] of [
    ['credentialSubject.givenName', 'Given name'],
    ['credentialSubject.degree.name', 'Degree'],
    ['credentialSubject.memberOf', 'Member of'],
    ['credentialSubject.residentSince', 'Resident since'],
  ] as const) {
    expect(looksSensitive(path, label), path).toBe(false);
  }
});

test('the person chooses what is hidden', () => {
  expect(hides('nothing', 'a.birthDate', 'Birth date')).toBe(false);
  expect(hides('all', 'a.givenName', 'Given name')).toBe(true);
  expect(hides('sensitive', 'a.givenName', 'Given name')).toBe(false);
  expect(hides(undefined, 'a.birthDate', 'Birth date')).toBe(true);
});
