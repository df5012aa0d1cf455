import { Controller, Get } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Scopes } from 'nestjs-scopes';

/** A controller class called `TwinController`, as two modules may each have one. */
export function twinController(path: string, scope: string): Type {
  @Controller(path)
  class TwinController {
    @Get()
    @Scopes(scope)
    read() {
      return scope;
    }
  }
  return TwinController;
}
