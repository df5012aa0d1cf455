// For the tests of an application: nothing here is imported by what runs in production.
export { actingAs } from './acting-as.js';
export type { ActingCaller, ActingCredentials } from './acting-as.js';
export { assertSecurityContract } from './assert-security-contract.js';
export type { SecurityContractOptions, SecurityContractResult, UntestedOperation } from './assert-security-contract.js';
export type { OpenAPIDocument } from './documented-operations.js';
