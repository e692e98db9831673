import { routed } from './route-to-gateway.js';

describe('a request of the program', () => {
  it('to a stage of API Gateway goes to the gateway of the fake cloud, with the host that it was for', () => {
    const route = routed(new URL('https://abc.execute-api.eu-central-1.amazonaws.com/v1/compare?a=b'), '4000');

    expect(route?.url.href).toBe('http://127.0.0.1:4000/v1/compare?a=b');
    expect(route?.host).toBe('abc.execute-api.eu-central-1.amazonaws.com');
  });

  it('to any other host goes there', () => {
    expect(routed(new URL('http://192.0.2.10:30080/compare'), '4000')).toBeUndefined();
    expect(routed(new URL('https://execute-api.example.com/'), '4000')).toBeUndefined();
  });
});
