// What keys are called on the reader's keyboard.

export const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
export const MOD = APPLE ? '\u2318' : 'Ctrl+';
