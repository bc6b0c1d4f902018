import protobuf from 'protobufjs';

/**
 * The part of onnx.proto3 that this project reads and writes. The field numbers are those of ONNX
 * (github.com/onnx/onnx, onnx/onnx.proto), which never change.
 */
const SCHEMA = `
syntax = "proto3";
package onnx;
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message TensorShapeProto { message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } } repeated Dimension dim = 1; }
message TypeProto { message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } oneof value { Tensor tensor_type = 1; } }
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message TensorProto {
  repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4; repeated int32 int32_data = 5;
  repeated bytes string_data = 6; repeated int64 int64_data = 7; string name = 8; bytes raw_data = 9;
  repeated double double_data = 10; repeated uint64 uint64_data = 11; string doc_string = 12;
}
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; GraphProto g = 6; repeated float floats = 7;
  repeated int64 ints = 8; repeated bytes strings = 9; repeated TensorProto tensors = 10; repeated GraphProto graphs = 11;
  string doc_string = 13; int32 type = 20;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5; string doc_string = 6; string domain = 7;
}
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; repeated ValueInfoProto value_info = 13;
}
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string producer_version = 3; string domain = 4; int64 model_version = 5;
  string doc_string = 6; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8;
}
`;

export type Int = number | { toNumber(): number };

export interface OnnxTensor {
  name: string;
  dims: Int[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Int[];
  rawData?: Uint8Array;
}
export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: Int;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: OnnxGraph | null;
  floats?: number[];
  ints?: Int[];
  strings?: Uint8Array[];
  graphs?: OnnxGraph[];
}
export interface OnnxNode {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: OnnxAttribute[];
  domain?: string;
}
export interface OnnxValue {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: { dimValue?: Int; dimParam?: string }[] } } };
}
export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValue[];
  output: OnnxValue[];
  valueInfo: OnnxValue[];
}
export interface OnnxModel {
  irVersion: Int;
  producerName: string;
  opsetImport: { domain: string; version: Int }[];
  graph: OnnxGraph;
}

/** The values of TensorProto.DataType and AttributeProto.AttributeType that are used here. */
export const ONNX_FLOAT = 1;
export const ONNX_INT64 = 7;
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

const ModelProto = protobuf.parse(SCHEMA).root.lookupType('onnx.ModelProto');

export const decodeModel = (bytes: Uint8Array): OnnxModel => ModelProto.decode(bytes) as unknown as OnnxModel;

/** Encoding is deterministic: the same model gives the same bytes. */
export const encodeModel = (model: OnnxModel): Uint8Array => ModelProto.encode(ModelProto.fromObject(model)).finish();

export const toNumber = (value: Int): number => (typeof value === 'number' ? value : value.toNumber());
