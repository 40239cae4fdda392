// The lock's commands: when it falls, and how large everything is shown.
import type { LockSettings } from '../bindings';
import { changed, world } from './state';

export const lockCommands = {
  lock: () => {
    world.app.wallet = 'locked';
    world.app.lockedBecause = 'asked';
    world.app.working = world.settings.lock.keepWorking ? { jobs: 3 } : null;
    changed('app');
    return null;
  },
  touched: () => null,
  save_lock_settings: ({ lock }: { lock: LockSettings }) => {
    world.settings.lock = lock;
    world.app.lock = lock;
    changed('app', 'settings');
    return world.settings;
  },
  choose_zoom: ({ percent }: { percent: number }) => {
    world.app.zoom = percent;
    changed('app');
    return null;
  },
};
