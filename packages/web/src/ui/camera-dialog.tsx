import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { cameraTrouble } from '../photo/camera-trouble.js';
import { jpegCopy } from '../photo/prepare-photo.js';

/** Takes a photo with the camera of the device. */
export function CameraDialog({
  placeName,
  onPhoto,
  onClose,
}: {
  readonly placeName: string;
  readonly onPhoto: (photo: Blob) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<string>();
  const [ready, setReady] = useState(false);

  useEffect(() => {
    dialog.current?.showModal();
    let closed = false;
    let stream: MediaStream | undefined;
    openCamera().then(
      (opened) => {
        if (closed) {
          stop(opened);
          return;
        }
        stream = opened;
        if (video.current !== null) video.current.srcObject = opened;
      },
      (error: unknown) => setTrouble(cameraTrouble(error, isSecureContext)),
    );
    return () => {
      closed = true;
      if (stream !== undefined) stop(stream);
    };
  }, []);

  const take = async (): Promise<void> => {
    const picture = video.current;
    if (picture === null) return;
    onPhoto(await jpegCopy(picture, picture.videoWidth, picture.videoHeight));
    dialog.current?.close();
  };

  return (
    <dialog ref={dialog} class="camera" aria-labelledby="camera-title" onClose={onClose}>
      <h2 id="camera-title">Camera: {placeName.toLowerCase()}</h2>
      {trouble === undefined ? (
        <video
          ref={video}
          autoplay
          playsInline
          muted
          onLoadedData={() => setReady(true)}
          aria-label="What the camera sees"
        />
      ) : (
        <p class="advice mild" role="alert">
          {trouble}
        </p>
      )}
      <div class="actions">
        {trouble === undefined && (
          <button type="button" class="button primary" disabled={!ready} onClick={() => void take()}>
            Take the photo
          </button>
        )}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {trouble === undefined ? 'Cancel' : 'Close'}
        </button>
      </div>
    </dialog>
  );
}

async function openCamera(): Promise<MediaStream> {
  // Browsers leave mediaDevices out where the page did not come over https.
  if (!('mediaDevices' in navigator)) throw new DOMException('no camera in an insecure context', 'SecurityError');
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
    audio: false,
  });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
