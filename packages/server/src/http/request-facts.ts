import type { FastifyRequest } from 'fastify';
import { OPERATIONS, type OperationId } from '@face-comparison/contract';
import type { ServerConfig } from '../config.js';
import { JSON_SLACK_BYTES } from './json-body.js';

/** What errors say of the request that they answer. */
export interface RequestFacts {
  readonly deadlineMs: number;
  /** Bytes that the body may have. */
  readonly bodyLimitBytes: number;
  /** Whether the body is said to be an image, and no JSON that holds one. */
  readonly isImage: boolean;
  /** Content-Type, as it came. */
  readonly contentType: string | undefined;
  /** Media types that the call takes. */
  readonly acceptedMediaTypes: readonly string[];
  /** Whether the process has been told to end. */
  readonly isDraining: boolean;
}

/** Bytes that a JSON body with so many images as base64 may have; a form, which needs less, may have as many. */
export function jsonLimitBytes(maxImageBytes: number, images: number): number {
  return Math.ceil((maxImageBytes / 3) * 4) * images + JSON_SLACK_BYTES;
}

export function requestFacts(request: FastifyRequest, config: ServerConfig, isDraining: boolean): RequestFacts {
  const { operation } = request.routeOptions.config;
  const contentType = request.headers['content-type'];
  const isImage = contentType !== undefined && isImageType(contentType);
  const images = operation === 'compareFaces' ? 2 : 1;
  return {
    deadlineMs: config.deadlineMs,
    bodyLimitBytes: isImage ? config.maxImageBytes : jsonLimitBytes(config.maxImageBytes, images),
    isImage,
    contentType,
    acceptedMediaTypes: acceptedMediaTypes(operation),
    isDraining,
  };
}

/** Whether a Content-Type is one that the call takes. */
export function isAccepted({ acceptedMediaTypes, contentType = '' }: RequestFacts): boolean {
  const type = essence(contentType);
  return acceptedMediaTypes.includes(type.startsWith('image/') ? 'image/*' : type);
}

/** A media type without its parameters. */
function essence(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function isImageType(contentType: string): boolean {
  const type = essence(contentType);
  return type.startsWith('image/') || type === 'application/octet-stream';
}

function acceptedMediaTypes(operation: OperationId | undefined): string[] {
  const described = operation === undefined ? undefined : OPERATIONS[operation];
  return described !== undefined && 'body' in described ? Object.keys(described.body) : [];
}
