export { readSecret } from './read-secret.js';
export { readSettings, type ReadOptions, type Rule } from './read-settings.js';
export { SettingsError, type SettingProblem } from './settings-error.js';
export { settingsTable } from './settings-table.js';
