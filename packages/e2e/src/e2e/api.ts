import { missingSchemathesis, runSchemathesis } from '../api/schemathesis.js';
import type { Scenario } from './scenario.js';

/** The OpenAPI document and the server, held against each other. */
export const api: Scenario = {
  name: 'api',
  what: 'the server answers what schemathesis makes of the OpenAPI document as the document says',
  missing: missingSchemathesis,
  run: runSchemathesis,
};
