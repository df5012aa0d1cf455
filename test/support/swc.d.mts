import type { Options } from '@swc/core';

export const swc: Options;
