import type { RestoredNote } from '../../bindings';
import { count } from './count';

const parts = (values: (string | false)[]) => values.filter(Boolean).join(', ');

export const backup = {
  title: 'Sicherung',
  never: 'Von dieser Wallet gibt es noch keine Sicherung.',
  last: (when: string, credentials: number): string =>
    `Zuletzt gesichert ${when}, mit ${count(credentials, 'Nachweis', 'Nachweisen')}.`,
  newer: (credentials: number, identities: number): string =>
    `${[
      credentials > 0 && count(credentials, 'Nachweis', 'Nachweise'),
      identities > 0 && count(identities, 'Identität', 'Identitäten'),
    ]
      .filter(Boolean)
      .join(' und ')} ${credentials + identities === 1 ? 'ist' : 'sind'} neuer als Ihre letzte Sicherung.`,
  none: (credentials: number): string =>
    `${count(credentials, 'Nachweis ist', 'Nachweise sind')} noch in keiner Sicherung.`,
  nothingNewer: 'Alles ist darin.',
  reminder: 'Sicherung',
  later: 'Nicht diese Woche',
  make: 'Sichern',
  sheet: 'Diese Wallet sichern',
  lead: 'Eine verschlüsselte Datei mit allem: Nachweise, Schlüssel, Verbindungen. Als Sicherung gilt sie erst, wenn eine Probe gezeigt hat, dass sie sich öffnen lässt.',
  place: 'Wohin damit',
  placeHint: 'Am besten auf ein anderes Laufwerk: Auf dieser Platte ginge die Sicherung mit ihr verloren.',
  choose: 'Wählen',
  way: 'Was sie öffnet',
  passphrase: 'Eine Passphrase',
  passphraseHint: 'Jetzt für diese Datei gewählt. Ihre Wiederherstellungswörter öffnen sie ebenfalls.',
  passphraseAlone: 'Jetzt für diese Datei gewählt. Sonst öffnet sie nichts.',
  words: 'Ihre Wiederherstellungswörter',
  wordsHint: 'Tippen Sie sie vom Papier ab: So zeigt sich auch, dass das Papier stimmt.',
  noWords: 'Diese Wallet hat keine Wiederherstellungswörter. Erzeugen Sie welche in den Einstellungen.',
  wordsLabel: 'Wiederherstellungswörter',
  start: 'Sichern und prüfen',
  doing: 'Wird gesichert',
  done: 'Gesichert',
  doneText: (credentials: number, size: string): string =>
    `${count(credentials, 'Nachweis', 'Nachweise')}, ${size}. Die Datei wurde von der Platte gelesen, wiederhergestellt und verglichen.`,
  tried: (title: string): string => `Daraus gelesen und geprüft: ${title}.`,
  opensBy: (passphrase: boolean, words: boolean): string =>
    passphrase && words
      ? 'Die Passphrase oder Ihre Wiederherstellungswörter öffnen sie.'
      : words
        ? 'Ihre Wiederherstellungswörter öffnen sie.'
        : 'Die Passphrase öffnet sie, sonst nichts.',
  failed: 'Es entstand keine Sicherung. Eine frühere an dieser Stelle ist unverändert.',
  steps: {
    copy: 'Wallet kopieren, wie sie jetzt ist',
    write: 'Verschlüsselte Datei schreiben',
    open: 'Datei öffnen, wie es ein Fremder täte',
    read: 'Alles zurücklesen, jeder Teil nachgewiesen',
    check: 'In einen eigenen Ordner wiederherstellen',
    compare: 'Inhalt mit der Wallet vergleichen',
    credential: 'Einen Nachweis daraus lesen und prüfen',
    finish: 'Fertig',
  },
  states: { waiting: 'wartet', doing: 'läuft', done: 'fertig', failed: 'fehlgeschlagen' },
  restoredTitle: 'Diese Wallet wurde wiederhergestellt',
  restored: (note: RestoredNote, when: string): string => {
    const open = parts([
      note.openExchanges > 0 && count(note.openExchanges, 'offenes Angebot', 'offene Angebote'),
      note.ledgerJobs > 0 &&
        count(
          note.ledgerJobs,
          'halb fertige Änderung an einem Ledger',
          'halb fertige Änderungen an einem Ledger',
        ),
      note.statusLists > 0 && count(note.statusLists, 'Statusliste', 'Statuslisten'),
    ]);
    return `Sie ist auf dem Stand vom ${when}. Was danach kam, fehlt; was damals noch zu senden war, wurde nicht erneut gesendet.${open ? ` Sehen Sie nach: ${open}. Das kann inzwischen weitergegangen sein. Nichts davon läuft von selbst weiter; vor jeder Veröffentlichung wird das Ledger gelesen.` : ''}`;
  },
  restoredSeen: 'Verstanden',
};

export const restore = {
  link: 'Aus einer Sicherung wiederherstellen',
  back: 'Stattdessen eine neue Wallet anlegen',
  title: 'Wallet wiederherstellen',
  lead: 'Aus einer Datei, die Vouchsafe erzeugt hat. Sie sehen den Inhalt, bevor etwas wiederhergestellt wird.',
  file: 'Sicherungsdatei',
  fileHint: 'Ihr Name endet auf .vouchsafe-backup.',
  look: 'Weiter',
  made: (when: string, program: string): string => `Erzeugt ${when} von ${program}.`,
  way: 'Was sie öffnet',
  passphrase: 'Passphrase der Sicherung',
  words: 'Wiederherstellungswörter der Wallet',
  open: 'Öffnen',
  opening: 'Wird geöffnet: Das dauert mit Absicht einen Moment',
  contents: 'Was darin ist',
  of: (label: string, when: string): string => `Die Wallet von ${label} am ${when}`,
  counts: (credentials: number, connections: number, issued: number): string =>
    [
      count(credentials, 'Nachweis', 'Nachweise'),
      count(connections, 'Verbindung', 'Verbindungen'),
      issued > 0 && `${count(issued, 'Nachweis', 'Nachweise')} ausgestellt`,
    ]
      .filter(Boolean)
      .join(' · '),
  more: (kinds: number): string => `und ${count(kinds, 'weitere Art', 'weitere Arten')}`,
  protect: 'Was die Wallet von nun an öffnet',
  wordsGoOn: 'Die eingegebenen Wiederherstellungswörter öffnen sie weiterhin.',
  wordsNew: 'Sie bekommen neue Wiederherstellungswörter; die alten öffnen nur noch ältere Sicherungen.',
  start: 'Wiederherstellen',
  other: 'Andere Datei wählen',
};

export const migration = {
  open: 'Was ich habe und wo ich es wiederbekomme',
  hint: 'Eine Liste ohne Werte und ohne Schlüssel: für eine andere Wallet, oder für den Tag, an dem es keine Sicherung gibt.',
  show: 'Liste zeigen',
  title: 'Was ich habe und wo ich es wiederbekomme',
  empty: 'Es gibt keine Nachweise aufzulisten.',
  credential: 'Nachweis',
  issuer: 'Aussteller',
  since: 'Seit',
  where: 'Wo nachfragen',
  unknown: 'Nicht bekannt',
  save: { html: 'Als Seite speichern', csv: 'Als CSV speichern', json: 'Als JSON speichern' },
  saved: (name: string): string => `Gespeichert: ${name}`,
};
