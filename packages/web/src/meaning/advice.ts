import { FaceComparisonError } from '@face-comparison/client';
import { FORMAT_NAMES } from '../photo/photo-format.js';
import { UnshowablePhotoError } from '../photo/prepare-photo.js';

/** What the user can do about an error. */
export type Remedy = 'choose-another' | 'try-again' | 'enter-key' | 'unpin-version';

/** An error as the page tells it: what is wrong, and what to do. */
export interface Advice {
  readonly title: string;
  /** Whole sentences. */
  readonly text: string;
  readonly remedy: Remedy;
  /** For the operator of the service. */
  readonly requestId?: string;
}

/**
 * Says what went wrong in words for the person at the page.
 *
 * @param subject - the name of the photo that it was about, or what else was asked for
 */
export function adviceFor(error: unknown, subject: string): Advice {
  if (error instanceof UnshowablePhotoError) return unshowable(error, subject);
  if (!(error instanceof FaceComparisonError)) {
    return {
      title: 'The page failed',
      text: `${sentence(error instanceof Error ? error.message : String(error))} Load the page again; if that does not help, it is a mistake in the page.`,
      remedy: 'try-again',
    };
  }
  const advice = ofService(error, subject);
  const { requestId } = error;
  return requestId === undefined || EXPLAINED.includes(error.code) ? advice : { ...advice, requestId };
}

/** Errors that people put right by themselves; of others the operator of the service may want to see the log. */
const EXPLAINED: readonly string[] = [
  'unauthorized',
  'unsupported_image_format',
  'image_undecodable',
  'image_dimensions_exceeded',
  'image_too_large',
  'body_too_large',
  'rate_limited',
];

function unshowable({ format }: UnshowablePhotoError, subject: string): Advice {
  const title = `${subject} cannot be shown`;
  const remedy = 'choose-another';
  switch (format) {
    case 'unknown':
      return { title: `${subject} is no photo`, text: 'Choose a JPEG, PNG or BMP file.', remedy };
    case 'heic':
      return {
        title,
        text: 'It is a HEIC photo, which this browser cannot read. Open it on the phone or in a viewer and save it as JPEG; an iPhone takes JPEGs under Settings, Camera, Formats, Most Compatible.',
        remedy,
      };
    default:
      return {
        title,
        text: `It looks like a ${FORMAT_NAMES[format]} file, which this browser cannot decode. Open it in a viewer and save it as JPEG.`,
        remedy,
      };
  }
}

function ofService(error: FaceComparisonError, subject: string): Advice {
  switch (error.code) {
    case 'network_error':
      return {
        title: 'The service does not answer',
        text: 'It may be stopped or restarting, or this device has lost its connection to it. Check both and try again.',
        remedy: 'try-again',
      };
    case 'timeout':
    case 'deadline_exceeded':
      return {
        title: 'It took too long',
        text: 'The service is busy or the connection slow. Try again, or use a smaller photo.',
        remedy: 'try-again',
      };
    case 'unauthorized':
      return {
        title: 'The service wants a key',
        text: 'Enter the API key that its operator gave you, at the top of the page.',
        remedy: 'enter-key',
      };
    case 'forbidden':
      return {
        title: 'This key may not do this',
        text: 'The key is known, and it is not allowed for this call. Ask the operator of the service, or enter another key.',
        remedy: 'enter-key',
      };
    case 'unsupported_image_format':
    case 'unsupported_media_type':
      return {
        title: `${subject} is no photo that the service reads`,
        text: 'It reads JPEG, PNG and BMP, whatever the file is called. Save the photo as one of these.',
        remedy: 'choose-another',
      };
    case 'image_undecodable':
      return {
        title: `${subject} is damaged`,
        text: 'It begins as a photo and cannot be read to its end. Look whether it was copied completely, open it in a viewer and save it again, or choose another one.',
        remedy: 'choose-another',
      };
    case 'image_dimensions_exceeded':
    case 'image_too_large':
    case 'body_too_large':
      return {
        title: `${subject} is too large`,
        text: `${sentence(error.detail ?? '')} Save it with fewer pixels: 1,280 on the longer side are plenty.`.trim(),
        remedy: 'choose-another',
      };
    case 'rate_limited':
    case 'overloaded':
      return {
        title: error.code === 'rate_limited' ? 'Too many requests' : 'The service is busy',
        text: `Wait ${waitOf(error)} and try again.`,
        remedy: 'try-again',
      };
    case 'not_ready':
    case 'shutting_down':
      return {
        title: 'The service is not ready',
        text: 'Its model is still being loaded, or it is being restarted. Wait a few seconds and try again.',
        remedy: 'try-again',
      };
    case 'model_version_unavailable':
      return {
        title: 'That version is not loaded any more',
        text: `${sentence(error.detail ?? '')} Go on with the default version.`.trim(),
        remedy: 'unpin-version',
      };
    case 'embedding_space_mismatch':
      return {
        title: 'These two answers cannot be compared',
        text: 'Two versions of the model, whose vectors do not go together, have answered for the two photos: a rollout is under way. Look at both photos again.',
        remedy: 'try-again',
      };
    case 'unexpected_response':
      return {
        title: 'Something else answered',
        text: 'The answer is not one of the service: a proxy may stand between. Load the page again, or ask the operator of the service.',
        remedy: 'try-again',
      };
    case 'internal':
      return {
        title: 'The service failed',
        text: 'Try again once. If it fails again, give the request id to the operator of the service.',
        remedy: 'try-again',
      };
    default:
      return {
        title: 'The service refused this',
        text: sentence(error.detail ?? error.message),
        remedy: error.retryable ? 'try-again' : 'choose-another',
      };
  }
}

function waitOf({ retryAfterMs }: FaceComparisonError): string {
  if (retryAfterMs === undefined) return 'a few seconds';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return seconds === 1 ? 'a second' : `${seconds} seconds`;
}

/** Begins with a capital letter and ends with a full stop. */
function sentence(text: string): string {
  if (text === '') return '';
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
