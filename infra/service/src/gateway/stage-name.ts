/** Last part of the address that AWS gives: https://ID.execute-api.REGION.amazonaws.com/api */
export const STAGE = 'api';
