import { LIMITS } from '@face-comparison/contract';
import { type HostPolicy, withoutBrackets } from './host-policy.js';
import { ImageSourceError } from './image-source-error.js';

/** Longer URLs are not looked at. Pre-signed S3 URLs with session tokens have about 2,000 characters. */

/** Where an image is to be fetched from. */
export type ImageUrl =
  { readonly kind: 'http'; readonly url: URL } | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

/**
 * Reads the URL of a request.
 *
 * An s3 URL is `s3://bucket/key` as the AWS tools write it: the key is taken as it stands, `%`, `?` and `#` included.
 *
 * @throws ImageSourceError invalid_parameter for a text that is no URL; url_not_allowed for other schemes, credentials
 * and hosts that the policy refuses before their name is resolved.
 */
export function parseImageUrl(text: string, policy: HostPolicy, parameter: string): ImageUrl {
  if (text.length > LIMITS.maxUrlChars) {
    throw new ImageSourceError(
      'invalid_parameter',
      `${parameter} may have ${LIMITS.maxUrlChars} characters; it has ${text.length}`,
      { parameter },
    );
  }
  if (/^s3:/i.test(text)) {
    return parseS3Url(text, parameter);
  }
  const url = URL.parse(text);
  if (url === null) {
    throw new ImageSourceError('invalid_parameter', `${parameter} must be an absolute http, https or s3 URL`, {
      parameter,
    });
  }
  return { kind: 'http', url: checkHttpUrl(url, policy, parameter, 'url') };
}

/**
 * The URL that a redirect leads to, checked like the first one. Never s3, and never from https to http: whoever wrote
 * https relies on nobody changing the picture on the way.
 *
 * @param location The header Location, absolute or relative.
 * @throws ImageSourceError url_unreachable for a text that is no URL; url_not_allowed as parseImageUrl does. What the
 * redirect says is not repeated.
 */
export function parseRedirect(location: string, from: URL, policy: HostPolicy, parameter: string): URL {
  const url = URL.parse(location, from.href);
  if (url === null) {
    throw new ImageSourceError('url_unreachable', `${parameter} redirects to something that is no URL`, { parameter });
  }
  const to = checkHttpUrl(url, policy, parameter, 'redirect');
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw notAllowed(parameter, `${parameter} redirects from https to http, which is not followed`);
  }
  return to;
}

function checkHttpUrl(url: URL, policy: HostPolicy, parameter: string, step: 'url' | 'redirect'): URL {
  const subject = step === 'url' ? parameter : `a redirect of ${parameter}`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    const scheme = step === 'url' ? `${url.protocol.slice(0, 32)} is` : 'another is';
    throw notAllowed(
      parameter,
      step === 'url'
        ? `the scheme of ${subject} must be http, https or s3; ${scheme} not allowed`
        : `${subject} must lead to http or https; ${scheme} not allowed`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw notAllowed(parameter, `${subject} must not carry a user name or a password`);
  }
  const checked = new URL(url.href);
  checked.hash = '';
  // 'photos.example.' and 'photos.example' are one host; certificates and the policy know it without the dot. What is an
  // address without its dots is parsed as one here.
  const hostname = checked.hostname.replace(/\.+$/, '');
  if (hostname === '') {
    throw hostNotAllowed(parameter);
  }
  checked.hostname = hostname;
  const port = checked.port === '' ? (checked.protocol === 'https:' ? 443 : 80) : Number(checked.port);
  switch (policy.judgeHost(withoutBrackets(checked.hostname), port)) {
    case 'allowed':
      return checked;
    case 'host_not_allowed':
      throw hostNotAllowed(parameter);
    case 'port_not_allowed':
      throw notAllowed(parameter, `the port of ${subject} is not allowed${step === 'url' ? `: ${port}` : ''}`);
  }
}

function parseS3Url(text: string, parameter: string): ImageUrl {
  const { bucket, key } = /^s3:\/\/(?<bucket>[^/]*)(?:\/(?<key>.*))?$/is.exec(text)?.groups ?? {};
  if (bucket === undefined || bucket === '' || key === undefined || key === '') {
    throw new ImageSourceError(
      'invalid_parameter',
      `${parameter} must be s3://bucket/key; the bucket or the key is missing`,
      {
        parameter,
      },
    );
  }
  // An S3 server or a proxy before it that resolves dot segments would leave the bucket.
  if (key.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) {
    throw notAllowed(parameter, `the key of ${parameter} must not have the segments "." or ".."`);
  }
  return { kind: 's3', bucket, key };
}

/**
 * The same words for a host that is refused by name, by address, by what it resolves to and by where it redirects to:
 * the answer must not tell what there is inside a network.
 */
export function hostNotAllowed(parameter: string): ImageSourceError {
  return notAllowed(
    parameter,
    `the host of ${parameter}, or one that it redirects to, is not allowed; only public hosts are, and those that the operator of the service allows`,
  );
}

function notAllowed(parameter: string, detail: string): ImageSourceError {
  return new ImageSourceError('url_not_allowed', detail, { parameter });
}
