/** Version of the contract: `info.version` of the OpenAPI document, and that of this package (a test compares them). */
export const CONTRACT_VERSION = '0.1.0';
