/** ONNX files as far as weights and nodes are looked at or moved: no schema, no copy of what is not touched. */
export {
  bodyOf,
  type Chunks,
  ELEMENT,
  fieldsOf,
  float32Values,
  GRAPH,
  type GraphNode,
  mapGraph,
  nodeField,
  readNode,
  TENSOR,
  tensorName,
  tensorShape,
  tensorType,
  valueName,
  weightField,
} from './graph.js';
export { bytesField, type Field, readFields, stringField, textOf, varintField } from './protobuf.js';
