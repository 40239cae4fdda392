/** Fehler der Anwendung selbst, auf Deutsch, nach ihrem Code: Namen, Einstellungen, Identitäten, das Übungs-Ledger. */
import type { FailureWords } from '../en';

const nothingLost = 'Es ist nichts verloren.';

export const app: Record<string, FailureWords> = {
  'clipboard-unavailable': {
    title: 'Keine Zwischenablage',
    what: 'Die Zwischenablage des Desktops nahm den Text nicht an.',
    lost: nothingLost,
    next: 'Markieren Sie den Text und kopieren Sie ihn von Hand.',
  },
  'endpoint-invalid': {
    title: 'So lässt sich die Adresse nicht verwenden',
    what: 'Die Adresse für Einladungen beginnt mit http://, https://, ws:// oder wss:// und nennt einen Rechner.',
    lost: nothingLost,
    next: 'Berichtigen Sie die Adresse, oder lassen Sie sie leer.',
  },
  'exchange-ended': {
    title: 'Ohne Nachweis beendet',
    what: 'Der Austausch endete, bevor ein Nachweis gesichert war.',
    lost: 'Es wurde kein Nachweis gesichert.',
    next: 'Sehen Sie in den Einzelheiten nach, woran es lag, und beginnen Sie bei Bedarf von vorn.',
  },
  'expiry-invalid': {
    title: 'So lange kann sie nicht gelten',
    what: 'Eine Einladung gilt wenigstens eine Stunde und höchstens zehn Jahre.',
    lost: nothingLost,
    next: 'Wählen Sie eine andere Zeit.',
  },
  'identity-unusable': {
    title: 'Sie kann jetzt nicht unterschreiben',
    what: 'Mit dieser Identität lässt sich jetzt nichts unterschreiben.',
    lost: nothingLost,
    next: 'Wählen Sie eine andere.',
  },
  'label-invalid': {
    title: 'So lässt sich der Name nicht verwenden',
    what: 'Der Name, den andere sehen, hat eine Zeile von höchstens 100 Zeichen und ist nicht leer.',
    lost: nothingLost,
    next: 'Wählen Sie einen anderen Namen.',
  },
  'language-unknown': {
    title: 'Unbekannte Sprache',
    what: 'Das ist nicht das Kürzel einer Sprache.',
    lost: nothingLost,
    next: 'Wählen Sie eine Sprache aus der Liste.',
  },
  'ledger-slow': {
    title: 'Noch unterwegs',
    what: 'Die Identität ist noch auf dem Weg zum Übungs-Ledger.',
    lost: nothingLost,
    next: 'Warten Sie ein wenig; es wird von selbst fertig.',
  },
  'name-invalid': {
    title: 'So lässt sich der Name nicht verwenden',
    what: 'Ein Name hat eine kurze Zeile und ist nicht leer.',
    lost: nothingLost,
    next: 'Wählen Sie einen anderen Namen.',
  },
  'network-address': {
    title: 'So lässt sich die Adresse nicht verwenden',
    what: 'Das ist nicht die Adresse eines Dienstes: Sie beginnt mit https:// (oder http://), nennt einen Rechner und hat kein Fragezeichen.',
    lost: nothingLost,
    next: 'Berichtigen Sie die Adresse, oder lassen Sie sie leer.',
  },
  'network-unknown': {
    title: 'Unbekanntes Netzwerk',
    what: 'Diese Wallet kennt das Netzwerk nicht.',
    lost: nothingLost,
    next: 'Wählen Sie eines ihrer Netzwerke, oder schalten Sie in den Einstellungen die Übung ein.',
  },
  'no-ledger': {
    title: 'Sie steht auf keinem Ledger',
    what: 'Diese Identität steht auf keinem Ledger; es gibt nichts zu veröffentlichen.',
    lost: nothingLost,
    next: 'Verwenden Sie sie, wie sie ist, oder legen Sie eine in einem Netzwerk an.',
  },
  'no-profile': {
    title: 'Das Fenster schließt',
    what: 'Dieses Fenster hat kein Profil mehr.',
    lost: nothingLost,
    next: 'Öffnen Sie das Profil erneut.',
  },
  'plan-stale': {
    title: 'Nicht mehr, wie gezeigt',
    what: 'Was gezeigt wurde, lässt sich so nicht veröffentlichen.',
    lost: nothingLost,
    next: 'Sehen Sie es noch einmal an, und veröffentlichen Sie es dann.',
  },
  'port-taken': {
    title: 'Kein Port ist frei',
    what: 'Die Admin-API fand keinen Port.',
    lost: nothingLost,
    next: 'Schließen Sie andere Programme und versuchen Sie es erneut.',
  },
  'practice-damaged': {
    title: 'Das Übungs-Ledger ist beschädigt',
    what: 'Die Datei des Übungs-Ledgers ist beschädigt oder wurde verändert; darum wird sie nicht verwendet. Sie blieb, wie sie ist.',
    lost: nothingLost,
    next: 'Stellen Sie sie aus einer Kopie her, oder nehmen Sie sie weg: Dann beginnt ein neues Ledger, ohne die Identitäten von diesem.',
  },
  'practice-elsewhere': {
    title: 'Geübt wird nur auf diesem Computer',
    what: 'Die andere Seite ist anderswo, oder die Einladung gilt auch dort: Was eine Übungs-Identität unterschreibt, lässt sich dort nicht prüfen.',
    lost: nothingLost,
    next: 'Wählen Sie eine andere Identität, oder lassen Sie die Wallet nur von diesem Computer aus erreichen (in den Einstellungen).',
  },
  'practice-full': {
    title: 'Das Übungs-Ledger ist voll',
    what: 'Das Übungs-Ledger ist so groß geworden, wie es werden darf.',
    lost: nothingLost,
    next: 'Nehmen Sie seinen Ordner weg: Dann beginnt ein neues Ledger, ohne die Identitäten von diesem.',
  },
  'practice-off': {
    title: 'Die Übung ist ausgeschaltet',
    what: 'Das Übungs-Netzwerk ist für diese Wallet ausgeschaltet.',
    lost: nothingLost,
    next: 'Schalten Sie es in den Einstellungen ein.',
  },
  'practice-unreadable': {
    title: 'Das Übungs-Ledger ist nicht lesbar',
    what: 'Die Datei des Übungs-Ledgers ließ sich nicht lesen oder schreiben.',
    lost: nothingLost,
    next: 'Prüfen Sie, ob auf dem Datenträger Platz ist und der Ordner Ihnen gehört.',
  },
  'preferences-unwritable': {
    title: 'Nicht behalten',
    what: 'Die Wahl gilt vorerst, ließ sich aber nicht auf den Datenträger schreiben.',
    lost: nothingLost,
    next: 'Prüfen Sie, ob auf dem Datenträger Platz ist.',
  },
  'profile-name': {
    title: 'So lässt sich der Name nicht verwenden',
    what: 'Der Name eines Profils besteht aus Buchstaben, Ziffern, - und _ und ist nicht zu lang.',
    lost: nothingLost,
    next: 'Wählen Sie einen anderen Namen.',
  },
  'recovery-words-differ': {
    title: 'Die Wörter stimmen nicht',
    what: 'Nicht alle verlangten Wörter sind da, oder eines ist ein anderes.',
    lost: nothingLost,
    next: 'Vergleichen Sie jedes verlangte Wort mit Ihrer Abschrift.',
  },
  'recovery-words-gone': {
    title: 'Die Wörter werden nicht mehr gezeigt',
    what: 'Die Wörter wurden gezeigt, bevor die Wallet gesperrt wurde, und stehen nirgends mehr.',
    lost: nothingLost,
    next: 'Legen Sie in den Einstellungen neue Wiederherstellungswörter an.',
  },
  'service-invalid': {
    title: 'So lässt sich der Dienst nicht veröffentlichen',
    lost: nothingLost,
    next: 'Berichtigen Sie den Dienst, oder entfernen Sie ihn.',
  },
  'window-unavailable': {
    title: 'Kein Fenster',
    what: 'Der Desktop öffnete kein Fenster.',
    lost: nothingLost,
    next: 'Schließen Sie einige andere Fenster und versuchen Sie es erneut.',
  },
};
