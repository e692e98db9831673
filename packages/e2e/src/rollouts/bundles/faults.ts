import { type Chunks, nodeField, weightField } from '@face-comparison/bundle/onnx';
import { ELEMENT_TYPE, int64Field, nodeWithBody, replaceOutput } from './graph-edit.js';

/** How a detector misbehaves. */
export const DETECTOR_FAULTS = ['none', 'crash', 'hang', 'slow', 'errors'] as const;
export type DetectorFault = (typeof DETECTOR_FAULTS)[number];

/** The input and the output of the default model's detector that faults hang on to. */
const INPUT = 'image';
const SCORES = 'scores';

/** What the manifest has to call the scores of a detector with a fault. */
export const FAULTY_SCORES = 'faulty_scores';

/**
 * The detector is run twice for a photo with a face (in the photo, then in the aligned face), so that a fault in one of
 * 39 runs hits one of 20 photos.
 */
const ONE_RUN_IN = 39n;

/** One of six photos: a crash ends a lane until it is replaced, and the first one is counted at once. */
const ONE_CRASH_RUN_IN = 12n;

/** One of twelve photos: a hang costs a lane until the deadline of its request, and only then it is counted. */
const ONE_HANG_RUN_IN = 24n;

/** Square matrices of this side, multiplied so often: about three times the work of a small photo. */
const MATRIX_SIDE = 512;
const MULTIPLICATIONS = 16;

/**
 * A detector that misbehaves and otherwise finds what it found before. Golden crops show nothing of it: they are aligned
 * already, and no detector looks at them.
 *
 * Whether a run is hit depends on the sum of all bytes of the picture, so that it is the same for the same picture, as
 * if at random over pictures, and nothing that a runtime could compute in advance.
 *
 * @param model the bytes of the default model's detector
 */
export function faultyDetector(model: Uint8Array, fault: DetectorFault): Chunks {
  return replaceOutput(model, SCORES, FAULTY_SCORES, [
    nodeField({ operator: 'Cast', inputs: [INPUT], outputs: ['picture_int64'] }, { to: Number(ELEMENT_TYPE.int64) }),
    nodeField({ operator: 'ReduceSum', inputs: ['picture_int64'], outputs: ['picture_sum'] }, { keepdims: 0 }),
    ...faultNodes(fault),
    // What the fault gives is always 0.
    nodeField({ operator: 'Add', inputs: [SCORES, 'fault'], outputs: [FAULTY_SCORES] }),
  ]);
}

/** Nodes that make the scalar `fault`, a float32 of 0, of `picture_sum`. */
function faultNodes(fault: DetectorFault): Uint8Array[] {
  switch (fault) {
    case 'none':
      return zeroTimes('picture_sum', 'fault');
    case 'crash':
      // The quotient is one more than an int64 can hold: a trap on x64, so that the process ends with SIGFPE. onnxruntime
      // looks for divisors of 0 only.
      return [
        int64Field('least', [], [-(2n ** 63n)]),
        int64Field('plus_one', [], [1n]),
        int64Field('minus_one', [], [-1n]),
        ...hit(ONE_CRASH_RUN_IN),
        nodeField({ operator: 'Where', inputs: ['hit', 'minus_one', 'plus_one'], outputs: ['by'] }),
        nodeField({ operator: 'Div', inputs: ['least', 'by'], outputs: ['quotient'] }),
        ...zeroTimes('quotient', 'fault'),
      ];
    case 'hang':
      return [
        int64Field('for_ever', [], [2n ** 62n]),
        int64Field('never', [], [0n]),
        weightField('start', [], [0]),
        ...hit(ONE_HANG_RUN_IN),
        nodeField({ operator: 'Where', inputs: ['hit', 'for_ever', 'never'], outputs: ['turns'] }),
        nodeWithBody(
          { operator: 'Loop', inputs: ['turns', '', 'start'], outputs: ['fault'] },
          {
            inputs: [
              { name: 'turn', type: ELEMENT_TYPE.int64 },
              { name: 'goes_on', type: ELEMENT_TYPE.bool },
              { name: 'before', type: ELEMENT_TYPE.float32 },
            ],
            outputs: [
              { name: 'still_goes_on', type: ELEMENT_TYPE.bool },
              { name: 'after', type: ELEMENT_TYPE.float32 },
            ],
            fields: [
              nodeField({ operator: 'Identity', inputs: ['goes_on'], outputs: ['still_goes_on'] }),
              nodeField({ operator: 'Neg', inputs: ['before'], outputs: ['after'] }),
            ],
          },
        ),
      ];
    case 'slow': {
      const products = Array.from({ length: MULTIPLICATIONS }, (_, i) =>
        nodeField({ operator: 'MatMul', inputs: [`matrix_${i}`, `matrix_${i}`], outputs: [`matrix_${i + 1}`] }),
      );
      return [
        int64Field('matrix_shape', [2], [BigInt(MATRIX_SIDE), BigInt(MATRIX_SIDE)]),
        ...zeroTimes('picture_sum', 'zero'),
        nodeField({ operator: 'Expand', inputs: ['zero', 'matrix_shape'], outputs: ['matrix_0'] }),
        ...products,
        nodeField(
          { operator: 'ReduceSum', inputs: [`matrix_${MULTIPLICATIONS}`], outputs: ['fault'] },
          { keepdims: 0 },
        ),
      ];
    }
    case 'errors':
      // The second of one: onnxruntime refuses to gather it, and the run fails.
      return [
        int64Field('first', [], [0n]),
        int64Field('second', [], [1n]),
        weightField('list_of_one', [1], [0]),
        ...hit(ONE_RUN_IN),
        nodeField({ operator: 'Where', inputs: ['hit', 'second', 'first'], outputs: ['which'] }),
        nodeField({ operator: 'Gather', inputs: ['list_of_one', 'which'], outputs: ['fault'] }, { axis: 0 }),
      ];
  }
}

/** `remainder`: that of the sum divided by a number. */
function remainder(divisor: bigint): Uint8Array[] {
  return [
    int64Field('divisor', [], [divisor]),
    nodeField({ operator: 'Mod', inputs: ['picture_sum', 'divisor'], outputs: ['remainder'] }),
  ];
}

/** `hit`: whether this run is one of the unlucky. */
function hit(oneIn: bigint): Uint8Array[] {
  return [
    ...remainder(oneIn),
    int64Field('unlucky', [], [0n]),
    nodeField({ operator: 'Equal', inputs: ['remainder', 'unlucky'], outputs: ['hit'] }),
  ];
}

/** A float32 of 0 that nobody can know to be 0 without computing the given whole number. */
function zeroTimes(value: string, zero: string): Uint8Array[] {
  return [
    weightField(`${zero}_factor`, [], [0]),
    nodeField({ operator: 'Cast', inputs: [value], outputs: [`${zero}_float`] }, { to: Number(ELEMENT_TYPE.float32) }),
    nodeField({ operator: 'Mul', inputs: [`${zero}_float`, `${zero}_factor`], outputs: [zero] }),
  ];
}
